import { z } from 'zod';
import { meanEstimate, share } from './quantities.ts';

/** What is done to a reference summary. */
export const summaryEdit = z.enum([
  'sentences_shuffled',
  'words_shuffled',
  'last_word_dropped',
  'second_half_dropped',
  'sentence_repeated',
  'names_swapped',
  'roles_swapped',
  'of_another_post',
]);
export type SummaryEdit = z.infer<typeof summaryEdit>;

/** Whether the reward model notices what is done to reference summaries (Stiennon et al. 2020, section 4.3). */
export const sensitivity = z.array(
  z.strictObject({
    edit: summaryEdit,
    /** Share of the summaries that the edit changes in which the original scores higher; a tie counts half. */
    original_preferred: share,
    /** Reward of the original less that of the edited summary. */
    reward_difference: meanEstimate,
  }),
);
export type Sensitivity = z.infer<typeof sensitivity>;
