import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { WorkerEvent } from '@laurel/contracts';
import type { JobAddress } from './job-api.ts';
import { DIRECTIVES, type Directive } from './report-loop.ts';
import type { ReporterMessage, ReporterThreadData } from './run-reporter-thread.ts';

type DataOf<Type extends WorkerEvent['type']> = Extract<WorkerEvent, { type: Type }>['data'];

/** What a job tells of itself, and what it is told. */
export interface Reporter {
  readonly directive: Directive;
  progress(stage: string, step: number, totalSteps: number): void;
  event<Type extends WorkerEvent['type']>(type: Type, data: DataOf<Type>): void;
  /** Values that are not finite are left out: JSON has no way to write them. */
  metrics(step: number, values: Record<string, number>): void;
  /** Sends what is left and stops. */
  close(): Promise<void>;
}

/**
 * Reports from a thread of its own: a training step keeps this thread's event loop busy for longer than a lease lasts,
 * and a worker that does not send heartbeats is taken for dead.
 */
export function startReporter(address: JobAddress, heartbeatMs: number, patienceMs: number): Reporter {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: ReporterThreadData = { address, heartbeatMs, patienceMs, directive: shared };
  const thread = new Worker(new URL('./reporter-thread.mjs', import.meta.url), { workerData });
  const ended = once(thread, 'exit');
  const post = (message: ReporterMessage) => thread.postMessage(message);
  return {
    get directive() {
      return DIRECTIVES[Atomics.load(new Int32Array(shared), 0)] ?? 'continue';
    },
    progress: (stage, step, totalSteps) =>
      post({ type: 'progress', progress: { stage, step, total_steps: totalSteps } }),
    event: (type, data) => post({ type: 'event', event: { type, data } as WorkerEvent }),
    metrics(step, values) {
      const finite = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
      post({ type: 'metrics', point: { step, values: finite } });
    },
    async close() {
      post({ type: 'close' });
      await ended;
    },
  };
}
