import type {
  GenerationDelta,
  ServedModel,
  ServeGenerateAnswer,
  ServeGenerateRequest,
  ServeHealth,
  ServeLogProbsAnswer,
  ServeLogProbsRequest,
  ServeScoreAnswer,
  ServeScoreRequest,
} from '@laurel/contracts';

/** What a generation that is followed tells: what is new, and in the end the whole. */
export type GenerationNews = { delta: GenerationDelta } | { answer: ServeGenerateAnswer };

/** Hears how long a request spent in a phase within the engine: in line (`queue`), or in the batch it was computed in (`model`). */
export type OnTimed = (phase: string, ms: number) => void;

/** The engine that holds models and answers with them: `gpu-workers serve`. Whoever asks waits for `timeoutMs`, and no longer. */
export interface Serving {
  /** @throws {Problem} 503 while the engine is not there or has too much to do, otherwise what the engine objects to */
  score(request: ServeScoreRequest, timeoutMs?: number, onTimed?: OnTimed): Promise<ServeScoreAnswer>;
  /** @throws {Problem} as `score` */
  logProbs(request: ServeLogProbsRequest, timeoutMs?: number): Promise<ServeLogProbsAnswer>;
  /** @throws {Problem} as `score` */
  generate(request: ServeGenerateRequest, timeoutMs?: number, onTimed?: OnTimed): Promise<ServeGenerateAnswer>;
  /** @throws {Problem} as `score`, what can be known beforehand at the first step */
  follow(request: ServeGenerateRequest, timeoutMs?: number): AsyncGenerator<GenerationNews>;
  /** Has a model in memory. @throws {Problem} as `score` */
  load(model: ServedModel, timeoutMs?: number): Promise<void>;
  /** `null` while the engine is not there. */
  health(): Promise<ServeHealth | null>;
}
