import '@tensorflow/tfjs';
import { gpt2Config, initialiseParameters, pack, portableKernels, RandomGenerator } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { raiseEndOfText } from './raise-end-of-text.ts';

test('the logit of the end rises by what is asked for', async () => {
  await tf.setBackend('cpu');
  const config = gpt2Config({ vocab_size: 20, n_positions: 8, n_embd: 16, n_layer: 1, n_head: 2 });
  const random = { config, parameters: initialiseParameters(config, RandomGenerator.fromSeed(1)) };
  const { batch } = pack([{ prefix: [3, 1, 4], continuations: [] }]);
  const logitsOf = (decoder: typeof random) => {
    const hidden = portableKernels.forward(decoder, batch, Int32Array.of(2));
    return tf.matMul(hidden, decoder.parameters['wte.weight'] as tf.Tensor2D, false, true).dataSync();
  };
  const [before, after] = [logitsOf(random), logitsOf(raiseEndOfText(random, 7, 4.2))];
  expect((after[7] ?? 0) - (before[7] ?? 0)).toBeCloseTo(4.2, 4);
});
