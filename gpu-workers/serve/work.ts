import type {
  GenerationDelta,
  ServedModel,
  ServeGenerateAnswer,
  ServeGenerateRequest,
  ServeLogProbsAnswer,
  ServeLogProbsRequest,
  ServeScoreAnswer,
  ServeScoreRequest,
} from '@laurel/contracts';
import type { Run } from './batch-queue.ts';

/** Who follows a generation. */
export interface GenerationFollower {
  onDelta: (delta: GenerationDelta) => void;
  /** Aborted when nobody listens any more. */
  signal: AbortSignal;
}

/** What waits in the line in front of the engine: all that touches a model or the cache of models. */
export type Work =
  | { type: 'score'; request: ServeScoreRequest }
  | { type: 'log_probs'; request: ServeLogProbsRequest }
  | { type: 'generate'; request: ServeGenerateRequest; follower: GenerationFollower | null }
  | { type: 'load'; request: { model: ServedModel } }
  /** Frees the models that nobody has used for a while. */
  | { type: 'sweep' };

export type Answer = ServeScoreAnswer | ServeLogProbsAnswer | ServeGenerateAnswer | undefined;

/** What came of a batch; it is prepared by reading its model, where that is not in memory. */
export interface BatchRun extends Run<Answer> {
  /** What is in memory afterwards. */
  models: ModelsHeld;
}

export interface ModelsHeld {
  count: number;
  bytes: number;
}

const CHARACTERS_PER_TOKEN = 4;

/** Scores of one model go together. Samples are drawn request by request: each has its own temperature and length. */
export function fitTogether(a: Work, b: Work): boolean {
  return (
    a.type === 'score' &&
    b.type === 'score' &&
    a.request.truncation === b.request.truncation &&
    a.request.model.manifest_sha256 === b.request.model.manifest_sha256
  );
}

/** Work of one type with one model, which has a pace of its own. */
export const kindOf = (work: Work): string =>
  work.type === 'sweep' ? work.type : `${work.type} ${work.request.model.manifest_sha256}`;

/** A request takes about as long as so many characters, besides its own (measured with a reward model of 6 × 256). */
const CHARACTERS_PER_REQUEST = 100;

/** Characters that are read and written for it, and what it takes besides. */
export function costOf(work: Work): number {
  switch (work.type) {
    case 'score':
    case 'log_probs':
      return (
        CHARACTERS_PER_REQUEST +
        sum(
          work.request.items.map(({ prompt, completions }) =>
            sum([prompt.post, ...completions].map((text) => text.length)),
          ),
        )
      );
    case 'generate': {
      const { n, max_tokens, prompts } = work.request;
      const sampledCharacters = n * max_tokens * CHARACTERS_PER_TOKEN;
      return CHARACTERS_PER_REQUEST + sum(prompts.map(({ post }) => post.length + sampledCharacters));
    }
    case 'load':
    case 'sweep':
      return 0;
  }
}

const sum = (lengths: number[]) => lengths.reduce((total, length) => total + length, 0);
