import type { Decoder } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Has a random model end its texts: the final norm gets a bias along the embedding of the end of text, which raises its logit by
 * `rise` wherever it is read, and that of others by next to nothing. The parameters are those given but for the bias.
 */
export function raiseEndOfText({ config, parameters }: Decoder, endOfText: number, rise: number): Decoder {
  const bias = tf.tidy(() => {
    const row = tf.slice(parameters['wte.weight'] as tf.Tensor2D, [endOfText, 0], [1, -1]);
    const embedding = tf.reshape(row, [-1]) as tf.Tensor1D; // [D]
    return tf.mul(embedding, tf.div(rise, tf.sum(tf.square(embedding))));
  });
  return { config, parameters: { ...parameters, 'ln_f.bias': bias } };
}
