import type { OnTimed } from '../../serving/serving.ts';
import type { AnsweringVersion } from './resolve-endpoint.ts';

/** Who asks an endpoint, and how. */
export interface Ask {
  projectId: string;
  /** Id or name. */
  endpoint: string;
  requestId: string;
  /** See `versionFor`. */
  routingKey: string;
  /** How long the answer is waited for. */
  timeoutMs: number | undefined;
  onTimed?: OnTimed;
}

/** An answer, and the version that it comes from. */
export type Answered<T> = T & { answering: AnsweringVersion };
