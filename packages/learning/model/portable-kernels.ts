import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { adamW } from './adam-w.ts';
import { startDecoding } from './cached-decoding.ts';
import { blockWeights, decoderBlock, embed, finalHidden, packedMixing } from './decoder-block.ts';
import type { Decoder, Gradients, Kernels } from './kernels.ts';
import type { PackedBatch } from './packed-batch.ts';
import { forwardForTraining } from './training-pass.ts';

/**
 * The decoder in plain tfjs ops, on whatever backend is set: what defines the right answer, and what runs where the fused
 * kernels do not. Gradients of tfjs's own ops must be registered, which `@tensorflow/tfjs` does when it is imported.
 */
export const portableKernels: Kernels = {
  precision: 'float32',
  forward,
  forwardForTraining,
  tokenLogProbs,
  startDecoding,
  squaredNorm,
  adamW,
};

function forward(decoder: Decoder, batch: PackedBatch, rows: Int32Array): Tensor2D {
  return tf.tidy(() => {
    const mixing = packedMixing(batch, decoder.config);
    let x = embed(decoder, batch.tokens, batch.positions); // [N, D]
    for (let layer = 0; layer < decoder.config.n_layer; layer++) {
      const input = x;
      x = tf.tidy(() => decoderBlock(input, blockWeights(decoder, layer), decoder, mixing));
      input.dispose();
    }
    return finalHidden(decoder, tf.gather(x, tf.tensor1d(rows, 'int32'))); // [R, D]
  });
}

function tokenLogProbs(
  hidden: Tensor2D,
  head: Tensor2D,
  targets: Int32Array,
  temperature: number,
): ReturnType<Kernels['tokenLogProbs']> {
  return tf.tidy(() => {
    const logits = tf.div(tf.matMul(hidden, head, false, true), temperature); // [R, V]
    const distribution = tf.logSoftmax(logits); // [R, V]
    const chosen = tf.oneHot(tf.tensor1d(targets, 'int32'), head.shape[0]); // [R, V]
    const logProbs = tf.sum(tf.mul(distribution, chosen), 1) as tf.Tensor1D; // [R]
    const entropy = tf.neg(tf.sum(tf.mul(tf.exp(distribution), distribution), 1)) as tf.Tensor1D; // [R]
    return { logProbs, entropy };
  });
}

function squaredNorm(gradients: Gradients): number {
  const sum = tf.tidy(() => tf.addN(Object.values(gradients).map((g: Tensor) => tf.sum(tf.square(g)) as Scalar)));
  const [value = 0] = sum.dataSync();
  sum.dispose();
  return value;
}
