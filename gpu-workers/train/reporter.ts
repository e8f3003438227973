import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isMetricValue, type WorkerEvent } from '@laurel/contracts';
import type { JobAddress } from './job-api.ts';
import { PATIENCE_MS } from './patiently.ts';
import { DIRECTIVES, type Directive } from './report-loop.ts';
import type { ReporterMessage, ReporterThreadData } from './run-reporter-thread.ts';

type DataOf<Type extends WorkerEvent['type']> = Extract<WorkerEvent, { type: Type }>['data'];

/** What a job tells of itself, and what it is told. */
export interface Reporter {
  readonly directive: Directive;
  /** Sends heartbeats from now on; to be called once the job is claimed. */
  begin(heartbeatMs: number): void;
  progress(stage: string, step: number, totalSteps: number): void;
  event<Type extends WorkerEvent['type']>(type: Type, data: DataOf<Type>): void;
  /** Values that are not finite are left out, for JSON has no way to write them, as are those beyond all measure. */
  metrics(step: number, values: Record<string, number>): void;
  /** Sends what is left and stops; at once where it has not begun. */
  close(): Promise<void>;
}

/**
 * Reports from a thread of its own: a training step keeps this thread's event loop busy for longer than a lease lasts,
 * and a worker that does not send heartbeats is taken for dead. It is answered once the thread has loaded, which on a busy
 * machine takes a process of low priority longer than a lease: a job is claimed behind that.
 */
export async function startReporter(address: JobAddress, patienceMs = PATIENCE_MS): Promise<Reporter> {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: ReporterThreadData = { address, patienceMs, directive: shared };
  const thread = new Worker(new URL('./reporter-thread.mjs', import.meta.url), { workerData });
  const ended = once(thread, 'exit');
  const post = (message: ReporterMessage) => thread.postMessage(message);
  await once(thread, 'message');
  return {
    get directive() {
      return DIRECTIVES[Atomics.load(new Int32Array(shared), 0)] ?? 'continue';
    },
    begin: (heartbeatMs) => post({ type: 'begin', heartbeatMs }),
    progress: (stage, step, totalSteps) =>
      post({ type: 'progress', progress: { stage, step, total_steps: totalSteps } }),
    event: (type, data) => post({ type: 'event', event: { type, data } as WorkerEvent }),
    metrics(step, values) {
      const told = Object.fromEntries(Object.entries(values).filter(([, value]) => isMetricValue(value)));
      post({ type: 'metrics', point: { step, values: told } });
    },
    async close() {
      post({ type: 'close' });
      await ended;
    },
  };
}
