/** AdamW on all parameters of a model; a round is some steps. What bounds it is memory: see `gigabytesPerSecond`. */
import { copyParameters, createOptimiserState, type Parameters, parameter, readModelFiles } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { contest } from '../core/contestant.ts';
import { loadLaurel, readModel } from './laurel.ts';

interface Settings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  gradientScale: number;
  stepsPerRound: number;
}

/** Bytes that a step moves for each parameter: it reads weight, gradient and both moments, and writes all but the gradient. */
const BYTES_PER_PARAMETER = 4 * 7;

await contest<Settings>(async ({ folder, settings: { stepsPerRound, ...settings } }) => {
  const { kernels, ready } = await loadLaurel();
  const { parameters } = readModelFiles(readModel(folder, 'model')).decoder;
  const gradients = copyParameters(parameters);
  const { firstMoments, secondMoments } = createOptimiserState(parameters);
  const count = Object.values(parameters).reduce((sum, { size }) => sum + size, 0);
  let step = 0;
  const update = () => kernels.adamW({ parameters, gradients, firstMoments, secondMoments, step: ++step, ...settings });
  update();
  return {
    ...ready,
    precision: 'float32',
    async round() {
      const startMs = performance.now();
      for (let i = 0; i < stepsPerRound; i++) update();
      const seconds = (performance.now() - startMs) / 1000;
      const gigabytesPerSecond = (BYTES_PER_PARAMETER * count * stepsPerRound) / seconds / 1e9;
      return { seconds, units: stepsPerRound, values: meansOf(parameters), figures: { gigabytesPerSecond } };
    },
  };
});

/** Mean magnitudes of the embedding and of a block's matrix. */
function meansOf(parameters: Parameters): number[] {
  return ['wte.weight', 'h.0.mlp.c_fc.weight'].map((name) =>
    tf.tidy(() => tf.mean(tf.abs(parameter(parameters, name))).dataSync()[0] ?? Number.NaN),
  );
}
