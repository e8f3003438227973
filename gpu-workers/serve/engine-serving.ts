import type {
  ServeGenerateAnswer,
  ServeGenerateRequest,
  ServeHealth,
  ServeScoreAnswer,
  ServeScoreRequest,
} from '@laurel/contracts';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Engine } from '../engine/native.ts';
import { answerGeneration, answerScores } from './answer-work.ts';
import type { Serving } from './app.ts';
import { BatchQueue } from './batch-queue.ts';
import { ModelCache } from './model-cache.ts';

type Work = { type: 'score'; request: ServeScoreRequest } | { type: 'generate'; request: ServeGenerateRequest };
type Answer = ServeScoreAnswer | ServeGenerateAnswer;

/**
 * About 8,000 tokens, two of the engine's passes: more in one batch computes no faster, and who is in it waits for all of it, as does
 * who comes next, for nothing is accepted meanwhile.
 */
const MAX_BATCH_CHARACTERS = 32 * 1024;
const MAX_QUEUED_CHARACTERS = 16 * 1024 * 1024;
const CHARACTERS_PER_TOKEN = 4;

/** Models and the engine behind one queue: the engine does one thing at a time. */
export class EngineServing implements Serving {
  readonly #engine: Engine;
  readonly #models: ModelCache;
  readonly #queue: BatchQueue<Work, Answer>;

  constructor({ engine, store, maxModelBytes }: { engine: Engine; store: ArtifactStore; maxModelBytes: number }) {
    this.#engine = engine;
    this.#models = new ModelCache(store, maxModelBytes);
    this.#queue = new BatchQueue({
      run: (batch) => this.#run(batch),
      fitTogether,
      cost: charactersOf,
      maxBatchCost: MAX_BATCH_CHARACTERS,
      maxQueuedCost: MAX_QUEUED_CHARACTERS,
    });
  }

  health(): ServeHealth {
    const { grade, precision } = this.#engine;
    return { engine: grade, precision, loaded_models: this.#models.count };
  }

  score(request: ServeScoreRequest): Promise<ServeScoreAnswer> {
    return this.#queue.add({ type: 'score', request }) as Promise<ServeScoreAnswer>;
  }

  generate(request: ServeGenerateRequest): Promise<ServeGenerateAnswer> {
    return this.#queue.add({ type: 'generate', request }) as Promise<ServeGenerateAnswer>;
  }

  /** Frees every model. */
  dispose(): void {
    this.#models.dispose();
  }

  async #run(batch: readonly Work[]): Promise<Answer[]> {
    const [first] = batch;
    if (!first) return [];
    const model = await this.#models.get(first.request.model);
    const { kernels } = this.#engine;
    if (first.type === 'generate') return [answerGeneration(kernels, model, first.request)];
    const requests = batch.flatMap((work) => (work.type === 'score' ? [work.request] : []));
    return answerScores(kernels, model, requests);
  }
}

/** Scores of one model go together. Samples are drawn request by request: each has its own temperature and length. */
function fitTogether(a: Work, b: Work): boolean {
  return (
    a.type === 'score' &&
    b.type === 'score' &&
    a.request.truncation === b.request.truncation &&
    a.request.model.manifest_sha256 === b.request.model.manifest_sha256
  );
}

function charactersOf({ type, request }: Work): number {
  const sum = (lengths: number[]) => lengths.reduce((total, length) => total + length, 0);
  if (type === 'score') {
    return sum(
      request.items.map(({ prompt, completions }) => sum([prompt.post, ...completions].map((text) => text.length))),
    );
  }
  const sampledCharacters = request.n * request.max_tokens * CHARACTERS_PER_TOKEN;
  return sum(request.prompts.map(({ post }) => post.length + sampledCharacters));
}
