/** A normalised score between 0 and 1, as rerankers answer it: as good as the references is ½. */
export const relevance = (score: number): number => 1 / (1 + Math.exp(-score));
