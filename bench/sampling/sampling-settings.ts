/** What is sampled in a round; the same on both sides. */
export interface SamplingSettings {
  /** Prompts that are sampled from together, one sample each. */
  rows: number;
  batchesPerRound: number;
  promptTokens: number;
  /** Of each sample: nobody stops at an end of text. */
  newTokens: number;
  temperature: number;
  seed: number;
}
