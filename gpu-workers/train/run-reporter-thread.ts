import { parentPort, workerData } from 'node:worker_threads';
import type { Heartbeat, WorkerEvent } from '@laurel/contracts';
import { type JobAddress, JobApi } from './job-api.ts';
import { DIRECTIVES, type MetricsPoint, ReportLoop } from './report-loop.ts';

export interface ReporterThreadData {
  address: JobAddress;
  heartbeatMs: number;
  patienceMs: number;
  /** One Int32: the index of the present directive in DIRECTIVES. */
  directive: SharedArrayBuffer;
}

export type ReporterMessage =
  | { type: 'progress'; progress: Heartbeat }
  | { type: 'event'; event: WorkerEvent }
  | { type: 'metrics'; point: MetricsPoint }
  | { type: 'close' };

const { address, heartbeatMs, patienceMs, directive } = workerData as ReporterThreadData;
const loop = new ReportLoop(new JobApi(address), {
  heartbeatMs,
  patienceMs,
  onDirective: (value) => Atomics.store(new Int32Array(directive), 0, DIRECTIVES.indexOf(value)),
});

parentPort?.on('message', (message: ReporterMessage) => {
  switch (message.type) {
    case 'progress':
      return loop.progress(message.progress);
    case 'event':
      return loop.event(message.event);
    case 'metrics':
      return loop.metrics(message.point);
    case 'close':
      return loop.close();
  }
});

await loop.run();
parentPort?.close();
