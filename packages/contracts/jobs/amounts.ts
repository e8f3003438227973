/** What decides how much work a job is, where its owner leaves it out: estimates and trainers read it here. */

/** Passes over the data of every supervised trainer. */
export const DEFAULT_EPOCHS = 1;

/** Responses sampled for each prompt, where the best is kept. */
export const DEFAULT_BEST_OF = 8;

/** Tokens of a response. */
export const DEFAULT_RESPONSE_LENGTH = 48;

/** PPO's passes over each iteration's episodes (Stiennon et al. 2020, appendix B). */
export const DEFAULT_PPO_EPOCHS = 4;

/** From this size on the paper's batch sizes hold; below it data and models are small, and so are batches. */
export const PAPER_SCALE_PARAMETERS = 1e9;

/** Episodes of PPO in all: the paper's, and those for smaller models. */
export const defaultPpoEpisodes = (parameters: number): number =>
  parameters < PAPER_SCALE_PARAMETERS ? 8192 : 1_000_000;
