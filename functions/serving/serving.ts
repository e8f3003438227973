import type {
  ServeGenerateAnswer,
  ServeGenerateRequest,
  ServeHealth,
  ServeScoreAnswer,
  ServeScoreRequest,
} from '@laurel/contracts';

/** The engine that holds models and answers with them: `gpu-workers serve`. */
export interface Serving {
  /** @throws {Problem} 503 while the engine is not there, otherwise what the engine objects to */
  score(request: ServeScoreRequest): Promise<ServeScoreAnswer>;
  /** @throws {Problem} as `score` */
  generate(request: ServeGenerateRequest): Promise<ServeGenerateAnswer>;
  /** `null` while the engine is not there. */
  health(): Promise<ServeHealth | null>;
}
