import { parentPort, workerData } from 'node:worker_threads';
import { type GenerationDelta, Problem } from '@laurel/contracts';
import { artifactStoreFromEnv } from '@laurel/storage/artifacts';
import { type Engine, loadEngine } from '../engine/native.ts';
import { BatchRunner, type BatchRunnerOptions } from './batch-runner.ts';
import type { BatchRun, Work } from './work.ts';

export type EngineThreadData = Pick<BatchRunnerOptions, 'maxModelBytes' | 'idleMs'>;

/** Work as it is sent: who follows it stays on the other side. */
export type SentWork =
  | Exclude<Work, { type: 'generate' }>
  | (Omit<Extract<Work, { type: 'generate' }>, 'follower'> & { isFollowed: boolean });

/** Batches are numbered, and come one at a time. */
export type ToEngine = { type: 'run'; number: number; batch: SentWork[] } | { type: 'abandon'; number: number };

export type FromEngine =
  | ({ type: 'ready' } & Pick<Engine, 'grade' | 'precision'>)
  | { type: 'delta'; delta: GenerationDelta }
  | { type: 'done'; run: BatchRun }
  | { type: 'refused'; problem: { status: number; code: string; detail: string } }
  | { type: 'failed'; error: unknown };

const port = parentPort;
if (!port) throw new Error('This runs in a thread.');
const tell = (message: FromEngine) => port.postMessage(message);

const { kernels, grade, precision } = await loadEngine();
const runner = new BatchRunner({
  kernels,
  store: artifactStoreFromEnv(process.env),
  ...(workerData as EngineThreadData),
});
let current = { number: 0, following: new AbortController() };

port.on('message', (message: ToEngine) => {
  if (message.type === 'run') void answer(message);
  else if (message.number === current.number) current.following.abort();
});
tell({ type: 'ready', grade, precision });

async function answer({ number, batch }: Extract<ToEngine, { type: 'run' }>): Promise<void> {
  const following = new AbortController();
  current = { number, following };
  const follower = { onDelta: (delta: GenerationDelta) => tell({ type: 'delta', delta }), signal: following.signal };
  const works = batch.map((work): Work => {
    return work.type === 'generate' ? { ...work, follower: work.isFollowed ? follower : null } : work;
  });
  try {
    tell({ type: 'done', run: await runner.run(works) });
  } catch (error) {
    if (!(error instanceof Problem)) return tell({ type: 'failed', error });
    const { status, code, message: detail } = error;
    tell({ type: 'refused', problem: { status, code, detail } });
  }
}
