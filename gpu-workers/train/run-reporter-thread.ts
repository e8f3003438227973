import { parentPort, workerData } from 'node:worker_threads';
import type { Heartbeat, WorkerEvent } from '@laurel/contracts';
import { type JobAddress, JobApi } from './job-api.ts';
import { DIRECTIVES, type Directive, type MetricsPoint, ReportLoop } from './report-loop.ts';

export interface ReporterThreadData {
  address: JobAddress;
  patienceMs: number;
  /** One Int32: the index of the present directive in DIRECTIVES. */
  directive: SharedArrayBuffer;
}

export type ReporterMessage =
  | { type: 'begin'; heartbeatMs: number }
  | { type: 'progress'; progress: Heartbeat }
  | { type: 'event'; event: WorkerEvent }
  | { type: 'metrics'; point: MetricsPoint }
  | { type: 'close' };

const { address, patienceMs, directive } = workerData as ReporterThreadData;
const onDirective = (value: Directive) => Atomics.store(new Int32Array(directive), 0, DIRECTIVES.indexOf(value));
/** Once the job is claimed. */
let loop: ReportLoop | undefined;

parentPort?.on('message', (message: ReporterMessage) => {
  switch (message.type) {
    case 'begin':
      loop = new ReportLoop(new JobApi(address), { heartbeatMs: message.heartbeatMs, patienceMs, onDirective });
      return void loop.run().then(() => parentPort?.close());
    case 'progress':
      return loop?.progress(message.progress);
    case 'event':
      return loop?.event(message.event);
    case 'metrics':
      return loop?.metrics(message.point);
    case 'close':
      return loop ? loop.close() : parentPort?.close();
  }
});
parentPort?.postMessage('ready');
