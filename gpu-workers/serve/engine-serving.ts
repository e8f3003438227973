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
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Engine } from '../engine/native.ts';
import { answerGeneration, answerLogProbs, answerScores, followGeneration } from './answer-work.ts';
import type { Serving } from './app.ts';
import { BatchQueue, type Timing } from './batch-queue.ts';
import { ModelCache } from './model-cache.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import { type Answer, charactersOf, fitTogether, type GenerationFollower, type Work } from './work.ts';

/**
 * About 8,000 tokens, two of the engine's passes: more in one batch computes no faster, and who is in it waits for all of it, as does
 * who comes next, for nothing is accepted meanwhile.
 */
const MAX_BATCH_CHARACTERS = 32 * 1024;
const MAX_QUEUED_CHARACTERS = 16 * 1024 * 1024;
/** Longer than a person waits, and than most callers do. */
const MAX_WAIT_SECONDS = 10;

export interface EngineServingOptions {
  engine: Engine;
  store: ArtifactStore;
  maxModelBytes: number;
  /** A model that was not asked for this long leaves the memory. */
  idleMs: number;
  metrics: ServingMetrics;
}

/** Models and the engine behind one queue: the engine does one thing at a time. */
export class EngineServing implements Serving {
  readonly #engine: Engine;
  readonly #models: ModelCache;
  readonly #queue: BatchQueue<Work, Answer>;
  readonly #idleMs: number;
  readonly #metrics: ServingMetrics;
  readonly #sweeping: NodeJS.Timeout;

  constructor({ engine, store, maxModelBytes, idleMs, metrics }: EngineServingOptions) {
    this.#engine = engine;
    this.#models = new ModelCache(store, maxModelBytes);
    this.#queue = new BatchQueue({
      prepare: (work) => this.#prepare(work),
      run: (batch) => this.#run(batch),
      fitTogether,
      cost: charactersOf,
      maxBatchCost: MAX_BATCH_CHARACTERS,
      maxQueuedCost: MAX_QUEUED_CHARACTERS,
      maxWaitSeconds: MAX_WAIT_SECONDS,
      onBatch: (facts) => metrics.countBatch(facts),
    });
    this.#idleMs = idleMs;
    this.#metrics = metrics;
    metrics.watch(() => ({ ...this.#queue.line, models: this.#models.count, modelBytes: this.#models.sizeBytes }));
    this.#sweeping = setInterval(() => void this.#queue.add({ type: 'sweep' }), idleMs / 2).unref();
  }

  health(): ServeHealth {
    const { grade, precision } = this.#engine;
    return { engine: grade, precision, loaded_models: this.#models.count };
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

  /** Frees every model. */
  dispose(): void {
    clearInterval(this.#sweeping);
    this.#models.dispose();
  }

  /** The model, which the cache keeps at least until it was used. */
  async #prepare(work: Work): Promise<void> {
    if (work.type !== 'sweep') await this.#models.get(work.request.model);
  }

  async #run(batch: readonly Work[]): Promise<Answer[]> {
    const [first] = batch;
    if (!first) return [];
    if (first.type === 'sweep') {
      this.#models.evictUnused(this.#idleMs);
      return [undefined];
    }
    const model = await this.#models.get(first.request.model);
    const { kernels } = this.#engine;
    switch (first.type) {
      case 'load':
        return [undefined];
      case 'log_probs':
        return [answerLogProbs(kernels, model, first.request)];
      case 'generate': {
        const { request, follower } = first;
        const answer = follower
          ? await followGeneration(kernels, model, request, follower)
          : answerGeneration(kernels, model, request);
        this.#metrics.countSampled(answer);
        return [answer];
      }
      case 'score': {
        const requests = batch.flatMap((work) => (work.type === 'score' ? [work.request] : []));
        const answers = answerScores(kernels, model, requests);
        this.#metrics.countScored(answers);
        return answers;
      }
    }
  }
}
