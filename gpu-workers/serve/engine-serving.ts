import type {
  ServedModel,
  ServeGenerateAnswer,
  ServeGenerateRequest,
  ServeHealth,
  ServeLogProbsAnswer,
  ServeLogProbsRequest,
  ServeScoreAnswer,
  ServeScoreRequest,
} from '@laurel/contracts';
import type { Engine } from '../engine/native.ts';
import type { Serving } from './app.ts';
import { BatchQueue, type Timing } from './batch-queue.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import {
  type Answer,
  type BatchRun,
  costOf,
  fitTogether,
  type GenerationFollower,
  kindOf,
  type ModelsHeld,
  type Work,
} from './work.ts';

/** About 8,000 tokens, two of the engine's passes: more in one batch computes no faster, and who is in it, or comes next, waits for all of it. */
const MAX_BATCH_CHARACTERS = 32 * 1024;
/** A pass takes about as long as so many characters, besides those that it reads. */
const BATCH_CHARACTERS = 400;
const MAX_QUEUED_CHARACTERS = 16 * 1024 * 1024;
/** Longer than a person waits, and than most callers do. */
const MAX_WAIT_SECONDS = 10;

/** What computes: see BatchRunner, and the thread that it has in the server. */
export interface Computing {
  /** Never called twice at once. @throws {Problem} as BatchRunner's */
  run(batch: readonly Work[]): Promise<BatchRun>;
}

export interface EngineServingOptions {
  computing: Computing;
  engine: Pick<Engine, 'grade' | 'precision'>;
  /** As in BatchRunner: it is told to sweep twice in so long. */
  idleMs: number;
  metrics: ServingMetrics;
}

/** The line in front of the engine, which does one thing at a time. */
export class EngineServing implements Serving {
  readonly #engine: Pick<Engine, 'grade' | 'precision'>;
  readonly #computing: Computing;
  readonly #queue: BatchQueue<Work, Answer>;
  readonly #metrics: ServingMetrics;
  readonly #sweeping: NodeJS.Timeout;
  #models: ModelsHeld = { count: 0, bytes: 0 };

  constructor({ computing, engine, idleMs, metrics }: EngineServingOptions) {
    this.#computing = computing;
    this.#engine = engine;
    this.#metrics = metrics;
    this.#queue = new BatchQueue({
      run: (batch) => this.#run(batch),
      fitTogether,
      kind: kindOf,
      cost: costOf,
      batchCost: BATCH_CHARACTERS,
      maxBatchCost: MAX_BATCH_CHARACTERS,
      maxQueuedCost: MAX_QUEUED_CHARACTERS,
      maxWaitSeconds: MAX_WAIT_SECONDS,
      onBatch: (facts) => metrics.countBatch(facts),
    });
    metrics.watch(() => ({ ...this.#queue.line, models: this.#models.count, modelBytes: this.#models.bytes }));
    this.#sweeping = setInterval(() => void this.#sweep(), idleMs / 2).unref();
  }

  health(): ServeHealth {
    return { engine: this.#engine.grade, precision: this.#engine.precision, loaded_models: this.#models.count };
  }

  score(
    request: ServeScoreRequest,
    deadlineMs?: number,
    onTimed?: (timing: Timing) => void,
  ): Promise<ServeScoreAnswer> {
    return this.#queue.add({ type: 'score', request }, deadlineMs, onTimed) as Promise<ServeScoreAnswer>;
  }

  logProbs(request: ServeLogProbsRequest, deadlineMs?: number): Promise<ServeLogProbsAnswer> {
    return this.#queue.add({ type: 'log_probs', request }, deadlineMs) as Promise<ServeLogProbsAnswer>;
  }

  generate(
    request: ServeGenerateRequest,
    deadlineMs?: number,
    onTimed?: (timing: Timing) => void,
  ): Promise<ServeGenerateAnswer> {
    return this.#queue.add(
      { type: 'generate', request, follower: null },
      deadlineMs,
      onTimed,
    ) as Promise<ServeGenerateAnswer>;
  }

  follow(
    request: ServeGenerateRequest,
    follower: GenerationFollower,
    deadlineMs?: number,
  ): Promise<ServeGenerateAnswer | undefined> {
    const answer = this.#queue.add({ type: 'generate', request, follower }, deadlineMs);
    return answer as Promise<ServeGenerateAnswer | undefined>;
  }

  async load(model: ServedModel, deadlineMs?: number): Promise<void> {
    await this.#queue.add({ type: 'load', request: { model } }, deadlineMs);
  }

  /** Sweeps no more. */
  dispose(): void {
    clearInterval(this.#sweeping);
  }

  async #sweep(): Promise<void> {
    try {
      await this.#queue.add({ type: 'sweep' });
    } catch {
      // The line is too long for more: the next sweep comes in time.
    }
  }

  async #run(batch: readonly Work[]): Promise<BatchRun> {
    const run = await this.#computing.run(batch);
    this.#models = run.models;
    setImmediate(() => {
      for (const [i, work] of batch.entries()) this.#metrics.countWork(work, run.results[i]);
    }); // answers go first
    return run;
  }
}
