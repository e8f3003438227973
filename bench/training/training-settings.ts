/** A training run and how it is cut into rounds; the same on both sides. */
export interface TrainingSettings {
  /** Steps before round 0, which nobody times. */
  warmUpSteps: number;
  stepsPerRound: number;
  /** Examples in a step. */
  batchSize: number;
  learningRate: number;
  /** Over the rows; the learning rate falls over all of them along half a cosine. */
  epochs: number;
  seed: number;
}
