import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import {
  blockWeights,
  decoderBlock,
  embed,
  finalHidden,
  packedMixing,
  trainedBlockParameters,
} from './decoder-block.ts';
import type { Decoder, Gradients, TrainingPass } from './kernels.ts';
import type { PackedBatch } from './packed-batch.ts';
import { parameter } from './parameters.ts';

/**
 * A forward pass that keeps the input of each block, and a backward pass that computes the block again before it
 * differentiates it (Chen et al. 2016): memory grows with L N D instead of with everything inside the blocks.
 */
export function forwardForTraining(decoder: Decoder, batch: PackedBatch, rows: Int32Array): TrainingPass {
  const { config, lora } = decoder;

  const inputs = [tf.tidy(() => embed(decoder, batch.tokens, batch.positions))]; // [N, D] each; the last is the output
  for (let layer = 0; layer < config.n_layer; layer++) {
    const input = inputs[layer] as Tensor2D;
    inputs.push(tf.tidy(() => decoderBlock(input, blockWeights(decoder, layer), decoder, packedMixing(batch, config))));
  }
  const output = inputs.pop() as Tensor2D;
  const read = tf.tidy(() => tf.gather(output, tf.tensor1d(rows, 'int32'))); // [R, D]
  output.dispose();
  const hidden = tf.tidy(() => finalHidden(decoder, read));

  const dispose = () => tf.dispose([hidden, read, ...inputs]);
  const backward = (gradient: Tensor2D): Gradients => {
    const gradients: Gradients = {};
    const dRead = finalNormBackward(decoder, read, gradient, gradients);
    let dx = sumRows(dRead, rows, batch.tokens.length); // [N, D]
    dRead.dispose();
    for (let layer = config.n_layer - 1; layer >= 0; layer--) {
      const dInput = blockBackward(decoder, batch, layer, inputs[layer] as Tensor2D, dx, gradients);
      dx.dispose();
      dx = dInput;
    }
    if (!lora) {
      gradients['wte.weight'] = sumRows(dx, batch.tokens, config.vocab_size);
      if (!config.rotary) gradients['wpe.weight'] = sumRows(dx, batch.positions, config.n_positions);
    }
    dx.dispose();
    dispose();
    return gradients;
  };
  return { hidden, backward, dispose };
}

/** Writes the gradients of the final norm's parameters into `gradients` and returns that of its input. */
function finalNormBackward(
  { config, parameters, lora }: Decoder,
  read: Tensor2D,
  dHidden: Tensor2D,
  gradients: Gradients,
): Tensor2D {
  const names = lora ? [] : ['ln_f.weight', 'ln_f.bias'].filter((name) => parameters[name]);
  const finalNorm = (x: Tensor, ...values: Tensor[]) => {
    const trained = Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor]));
    return finalHidden({ config, parameters: { ...parameters, ...trained } }, x as Tensor2D);
  };
  const weights = names.map((name) => parameter(parameters, name));
  const [dRead, ...dWeights] = tf.grads(finalNorm)([read, ...weights], dHidden);
  names.forEach((name, i) => {
    gradients[name] = dWeights[i] as Tensor;
  });
  return dRead as Tensor2D;
}

/** Writes the gradients of one block's trained parameters into `gradients` and returns that of its input. */
function blockBackward(
  decoder: Decoder,
  batch: PackedBatch,
  layer: number,
  input: Tensor2D,
  dOutput: Tensor2D,
  gradients: Gradients,
): Tensor2D {
  const weights = blockWeights(decoder, layer);
  const names = trainedBlockParameters(decoder);
  const block = (x: Tensor, ...values: Tensor[]) => {
    const trained = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    return decoderBlock(x as Tensor2D, { ...weights, ...trained }, decoder, packedMixing(batch, decoder.config));
  };
  const [dInput, ...dWeights] = tf.grads(block)([input, ...names.map((name) => weights[name] as Tensor)], dOutput);
  names.forEach((name, i) => {
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
