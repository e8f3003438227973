/** Files by relative path, such as `model.safetensors`. */
export type Files = Record<string, Uint8Array>;

/** A named value of one step, such as `loss`; docs/metrics.md lists the names and units. */
export type Metrics = Record<string, number>;

/**
 * A training run that can be left and taken up again at any step. A trainer made with `resumeFrom` goes on exactly as the one
 * whose checkpoint it is would have: equal weights at the end, to the last bit.
 */
export interface Trainer {
  /** Steps done. A step is one optimiser update; in PPO one iteration (rollout and its epochs). */
  readonly step: number;
  readonly totalSteps: number;
  /** No step is left to do: `totalSteps` are done, or the run has stopped early. */
  readonly finished: boolean;
  /** Why the run stopped before `totalSteps`, a sentence for its owner; null when it has not. */
  readonly earlyStop: string | null;
  /** The settings in force, defaults filled in, for the record. */
  readonly settings: Record<string, unknown>;
  /** Does one step. */
  advance(): Promise<Metrics>;
  /** Weights, optimiser and generator state. */
  checkpoint(): Promise<Files>;
  /** After the last step: the model in Hugging Face's layout, and what was measured of it. */
  finish(): Promise<{ files: Files; metrics: Metrics }>;
  /** Frees every tensor it owns. */
  dispose(): void;
}
