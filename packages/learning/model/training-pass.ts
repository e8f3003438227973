import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type BlockWeights, blockWeights, decoderBlock, embed, layerNorm } from './decoder-block.ts';
import type { Decoder, Gradients, TrainingPass } from './kernels.ts';
import { packedAttention } from './packed-attention.ts';
import type { PackedBatch } from './packed-batch.ts';
import { BLOCK_PARAMETERS, parameter } from './parameters.ts';

/**
 * A forward pass that keeps the input of each block, and a backward pass that computes the block again before it
 * differentiates it (Chen et al. 2016): memory grows with L N D instead of with everything inside the blocks.
 */
export function forwardForTraining(decoder: Decoder, batch: PackedBatch, rows: Int32Array): TrainingPass {
  const { config, parameters } = decoder;
  const epsilon = config.norm_epsilon;
  const finalNorm = [parameter(parameters, 'ln_f.weight'), parameter(parameters, 'ln_f.bias')] as const;

  const inputs = [tf.tidy(() => embed(parameters, batch.tokens, batch.positions))]; // [N, D] each; the last is the output
  for (let layer = 0; layer < config.n_layer; layer++) {
    const input = inputs[layer] as Tensor2D;
    const attend = () => packedAttention(batch, config.n_head);
    inputs.push(tf.tidy(() => decoderBlock(input, blockWeights(parameters, layer), epsilon, attend())));
  }
  const output = inputs.pop() as Tensor2D;
  const read = tf.tidy(() => tf.gather(output, tf.tensor1d(rows, 'int32'))); // [R, D]
  output.dispose();
  const hidden = tf.tidy(() => layerNorm(read, ...finalNorm, epsilon));

  const dispose = () => tf.dispose([hidden, read, ...inputs]);
  const backward = (gradient: Tensor2D): Gradients => {
    const gradients: Gradients = {};
    const norm = (x: Tensor, weight: Tensor, bias: Tensor) => layerNorm(x as Tensor2D, weight, bias, epsilon);
    const [dRead, dWeight, dBias] = tf.grads(norm)([read, ...finalNorm], gradient) as [Tensor2D, Tensor, Tensor];
    gradients['ln_f.weight'] = dWeight;
    gradients['ln_f.bias'] = dBias;
    let dx = sumRows(dRead, rows, batch.tokens.length); // [N, D]
    dRead.dispose();
    for (let layer = config.n_layer - 1; layer >= 0; layer--) {
      const dInput = blockBackward(decoder, batch, layer, inputs[layer] as Tensor2D, dx, gradients);
      dx.dispose();
      dx = dInput;
    }
    gradients['wte.weight'] = sumRows(dx, batch.tokens, config.vocab_size);
    gradients['wpe.weight'] = sumRows(dx, batch.positions, config.n_positions);
    dx.dispose();
    dispose();
    return gradients;
  };
  return { hidden, backward, dispose };
}

/** Writes the gradients of one block's parameters into `gradients` and returns that of its input. */
function blockBackward(
  { config, parameters }: Decoder,
  batch: PackedBatch,
  layer: number,
  input: Tensor2D,
  dOutput: Tensor2D,
  gradients: Gradients,
): Tensor2D {
  const weights = blockWeights(parameters, layer);
  const block = (x: Tensor, ...values: Tensor[]) => {
    const named = Object.fromEntries(BLOCK_PARAMETERS.map((name, i) => [name, values[i]])) as BlockWeights;
    return decoderBlock(x as Tensor2D, named, config.norm_epsilon, packedAttention(batch, config.n_head));
  };
  const [dInput, ...dWeights] = tf.grads(block)([input, ...BLOCK_PARAMETERS.map((name) => weights[name])], dOutput);
  BLOCK_PARAMETERS.forEach((name, i) => {
    gradients[`h.${layer}.${name}`] = dWeights[i] as Tensor;
  });
  return dInput as Tensor2D;
}

/** The gradient of gathering `indices` from a table of `count` rows: [R, D] → [count, D], repeated indices summed. */
function sumRows(gradient: Tensor2D, indices: Int32Array, count: number): Tensor2D {
  return tf.tidy(() => {
    const column = tf.tensor2d(indices, [indices.length, 1], 'int32');
    return tf.scatterND(column, gradient, [count, gradient.shape[1]]) as Tensor2D;
  });
}
