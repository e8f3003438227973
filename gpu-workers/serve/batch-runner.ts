import type { Kernels, Model } from '@laurel/learning';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import { answerGeneration, answerLogProbs, answerScores, followGeneration } from './answer-work.ts';
import { ModelCache } from './model-cache.ts';
import type { Answer, BatchRun, Work } from './work.ts';

export interface BatchRunnerOptions {
  kernels: Kernels;
  store: ArtifactStore;
  maxModelBytes: number;
  /** A model that was not asked for this long is swept out of the memory. */
  idleMs: number;
}

/** The models in memory, and the engine that computes with them: one batch at a time. */
export class BatchRunner {
  readonly #kernels: Kernels;
  readonly #models: ModelCache;
  readonly #idleMs: number;

  constructor({ kernels, store, maxModelBytes, idleMs }: BatchRunnerOptions) {
    this.#kernels = kernels;
    this.#models = new ModelCache(store, maxModelBytes);
    this.#idleMs = idleMs;
  }

  /** @param batch what fits together. @throws {Problem} when the model is not to be had, or it or a text is unfit for what is asked */
  async run(batch: readonly Work[]): Promise<BatchRun> {
    const beginMs = performance.now();
    const [first] = batch;
    const model = !first || first.type === 'sweep' ? undefined : await this.#models.get(first.request.model);
    const readyMs = performance.now();
    const results = model ? await this.#compute(model, batch) : this.#sweep(batch);
    return {
      results,
      preparingMs: readyMs - beginMs,
      computingMs: performance.now() - readyMs,
      models: { count: this.#models.count, bytes: this.#models.sizeBytes },
    };
  }

  /** Frees every model. */
  dispose(): void {
    this.#models.dispose();
  }

  #sweep(batch: readonly Work[]): Answer[] {
    this.#models.evictUnused(this.#idleMs);
    return batch.map(() => undefined);
  }

  async #compute(model: Model, batch: readonly Work[]): Promise<Answer[]> {
    const [first] = batch;
    if (!first || first.type === 'sweep' || first.type === 'load') return [undefined]; // to have loaded the model was all
    switch (first.type) {
      case 'log_probs':
        return [answerLogProbs(this.#kernels, model, first.request)];
      case 'generate': {
        const { request, follower } = first;
        if (!follower) return [answerGeneration(this.#kernels, model, request)];
        return [await followGeneration(this.#kernels, model, request, follower)];
      }
      case 'score': {
        const requests = batch.flatMap((work) => (work.type === 'score' ? [work.request] : []));
        return answerScores(this.#kernels, model, requests);
      }
    }
  }
}
