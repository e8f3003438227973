import type { JobSpec } from '@laurel/sdk';

/** What the demonstration trains on, in the forms that uploads take, and how much it trains. */
export interface Material {
  /** One line about it. */
  description: string;
  texts: object[];
  demonstrations: object[];
  comparisons: object[];
  /** Of documents that training never sees. */
  heldOut: { demonstrations: HeldOutDemonstration[]; comparisons: HeldOutComparison[] };
  settings: TrainingSettings;
}

/** A TL;DR row and, where the truth is known, what a summary of it is worth. */
export interface HeldOutDemonstration {
  row: { subreddit: string; title: string; post: string; summary: string };
  /** At most 1; an empty summary has 0. */
  goldScore?: (summary: string) => number;
}

/** A comparison and, where the truth is known, by how much the summary that the label prefers is really better. */
export interface HeldOutComparison {
  row: object;
  chosen: string;
  rejected: string;
  /** Gold score of the chosen summary less that of the rejected one. */
  goldMargin?: number;
}

type SpecOf<Type> = Extract<JobSpec, { type: Type }>;

export interface TrainingSettings {
  pretrain: Pick<SpecOf<'pretrain'>, 'architecture' | 'vocabulary_size' | 'hyperparameters'>;
  sft: Pick<SpecOf<'sft'>, 'hyperparameters'>;
  reward_model: Pick<SpecOf<'reward_model'>, 'hyperparameters'>;
  ppo: Pick<SpecOf<'ppo'>, 'hyperparameters'>;
  evaluation: Pick<SpecOf<'evaluation'>, 'best_of' | 'max_prompts' | 'temperature' | 'response_length'>;
}
