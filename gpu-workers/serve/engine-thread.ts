import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { Problem } from '@laurel/contracts';
import type { Engine } from '../engine/native.ts';
import type { Computing } from './engine-serving.ts';
import type { EngineThreadData, FromEngine, SentWork, ToEngine } from './run-engine-thread.ts';
import type { BatchRun, GenerationFollower, Work } from './work.ts';

interface Running {
  follower: GenerationFollower | null;
  resolve(run: BatchRun): void;
  reject(error: unknown): void;
}

/**
 * The engine and its models in a thread of their own: while it computes, requests are taken in and refused, probes are answered, and
 * what it is asked to do next is ready.
 */
export class EngineThread implements Computing {
  readonly engine: Pick<Engine, 'grade' | 'precision'>;
  readonly #thread: Worker;
  #running: Running | null = null;
  #number = 0;

  private constructor(thread: Worker, engine: Pick<Engine, 'grade' | 'precision'>) {
    this.#thread = thread;
    this.engine = engine;
    thread.on('message', (message: FromEngine) => this.#hear(message));
  }

  /**
   * @param onEnd hears that it ended, which it does by itself only when something is wrong
   * @throws {Error} when the engine cannot be loaded
   */
  static async start(options: EngineThreadData, onEnd: (error: unknown) => void): Promise<EngineThread> {
    // The environment is shared for libtensorflow, which reads the process's and not a thread's copy.
    const thread = new Worker(new URL('./engine-thread.mjs', import.meta.url), { workerData: options, env: SHARE_ENV });
    const [{ grade, precision }] = (await once(thread, 'message')) as [Extract<FromEngine, { type: 'ready' }>];
    thread.once('error', onEnd);
    thread.once('exit', () => onEnd(new Error('its thread ended')));
    return new EngineThread(thread, { grade, precision });
  }

  run(batch: readonly Work[]): Promise<BatchRun> {
    const number = ++this.#number;
    const [first] = batch;
    const follower = first?.type === 'generate' ? first.follower : null;
    return new Promise((resolve, reject) => {
      this.#running = { follower, resolve, reject };
      this.#tell({ type: 'run', number, batch: batch.map(sent) });
      const abandon = () => this.#tell({ type: 'abandon', number });
      if (follower?.signal.aborted) abandon();
      else follower?.signal.addEventListener('abort', abandon, { once: true });
    });
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  #tell(message: ToEngine): void {
    this.#thread.postMessage(message);
  }

  #hear(message: FromEngine): void {
    switch (message.type) {
      case 'ready': // `start` has heard it
        break;
      case 'delta':
        this.#running?.follower?.onDelta(message.delta);
        break;
      case 'done':
        this.#running?.resolve(message.run);
        break;
      case 'refused': {
        const { status, code, detail } = message.problem;
        this.#running?.reject(new Problem(status, code, detail));
        break;
      }
      case 'failed':
        this.#running?.reject(message.error);
        break;
    }
  }
}

function sent(work: Work): SentWork {
  if (work.type !== 'generate') return work;
  const { follower, ...rest } = work;
  return { ...rest, isFollowed: follower !== null };
}
