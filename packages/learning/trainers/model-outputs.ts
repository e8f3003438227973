import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { headName } from '../model/model-config.ts';
import type { PackedBatch } from '../model/packed-batch.ts';
import { parameter } from '../model/parameters.ts';
import type { Pass } from './pass.ts';

/** log π of a pass's completion tokens and the entropy at each, nats. [R] */
export interface TokenOutputs {
  logProbs: Float32Array;
  entropy: Float32Array;
}

/** log π(y_t | x, y_<t) at temperature T of every completion token of a pass. */
export function completionLogProbs(
  kernels: Kernels,
  { decoder, pass, temperature }: { decoder: Decoder; pass: Pass; temperature: number },
): TokenOutputs {
  return tf.tidy(() => {
    const hidden = kernels.forward(decoder, pass.batch, pass.rows); // [R, D]
    const { logProbs, entropy } = kernels.tokenLogProbs(hidden, languageHead(decoder), pass.targets, temperature);
    return { logProbs: logProbs.dataSync<'float32'>(), entropy: entropy.dataSync<'float32'>() };
  });
}

/**
 * A loss of the completion tokens' log-probabilities, times `weight`, with the gradient of every parameter that is
 * trained. The caller disposes the gradients.
 */
export function differentiateLogProbs(
  kernels: Kernels,
  { decoder, pass, temperature, weight }: { decoder: Decoder; pass: Pass; temperature: number; weight: number },
  loss: (logProbs: Tensor1D) => Tensor,
): TokenOutputs & { loss: number; gradients: Gradients } {
  const training = kernels.forwardForTraining(decoder, pass.batch, pass.rows);
  const head = languageHead(decoder);
  const isHeadTrained = !decoder.lora;
  let outputs: TokenOutputs | undefined;
  const { value, grads } = tf.valueAndGrads((hidden, trainedHead = head) => {
    const tokens = kernels.tokenLogProbs(hidden as Tensor2D, trainedHead as Tensor2D, pass.targets, temperature);
    outputs = { logProbs: tokens.logProbs.dataSync<'float32'>(), entropy: tokens.entropy.dataSync<'float32'>() };
    return tf.mul(weight, loss(tokens.logProbs)).asScalar();
  })([training.hidden, ...(isHeadTrained ? [head] : [])]);
  const [dHidden, dHead] = grads as [Tensor2D, Tensor2D | undefined];
  const gradients = training.backward(dHidden);
  // A tied embedding is read twice, at the bottom and at the top.
  if (dHead) addGradients(gradients, { [headName(decoder.config)]: dHead });
  const result = { ...(outputs as TokenOutputs), loss: value.dataSync()[0] ?? Number.NaN, gradients };
  tf.dispose([value, dHidden]);
  return result;
}

/** The scalar head at rows of a batch, w·h (+ b where the model has a bias). [R] */
export function headValues(kernels: Kernels, decoder: Decoder, batch: PackedBatch, rows: Int32Array): Float32Array {
  return tf.tidy(() => {
    const hidden = kernels.forward(decoder, batch, rows); // [R, D]
    return scalarHead(hidden, headParameters(decoder)).dataSync<'float32'>();
  });
}

/** A loss of the scalar head's values at rows of a batch, times `weight`, with every gradient, the head's included. */
export function differentiateHeadValues(
  kernels: Kernels,
  { decoder, batch, rows, weight }: { decoder: Decoder; batch: PackedBatch; rows: Int32Array; weight: number },
  loss: (values: Tensor1D) => Tensor,
): { values: Float32Array; loss: number; gradients: Gradients } {
  const training = kernels.forwardForTraining(decoder, batch, rows);
  const head = headParameters(decoder);
  let values = new Float32Array();
  const { value, grads } = tf.valueAndGrads((hidden, ...weights) => {
    const outputs = scalarHead(hidden as Tensor2D, weights);
    values = outputs.dataSync<'float32'>() as Float32Array<ArrayBuffer>;
    return tf.mul(weight, loss(outputs)).asScalar();
  })([training.hidden, ...head]);
  const [dHidden, dWeight, dBias] = grads as [Tensor2D, Tensor, Tensor | undefined];
  const gradients = training.backward(dHidden);
  gradients['score.weight'] = dWeight;
  if (dBias) gradients['score.bias'] = dBias;
  const result = { values, loss: value.dataSync()[0] ?? Number.NaN, gradients };
  tf.dispose([value, dHidden]);
  return result;
}

/** Adds gradients to a sum, by name; takes them over. */
export function addGradients(sum: Gradients, gradients: Gradients): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    const before = sum[name];
    sum[name] = before ? tf.add(before, gradient) : gradient;
    if (before) tf.dispose([before, gradient]);
  }
}

/** The matrix that logits are read from. [V, D] */
const languageHead = ({ config, parameters }: Decoder) => parameter<Tensor2D>(parameters, headName(config));

const headParameters = ({ parameters }: Decoder): Tensor[] =>
  ['score.weight', 'score.bias'].flatMap((name) => parameters[name] ?? []);

function scalarHead(hidden: Tensor2D, [weight, bias]: Tensor[]): Tensor1D {
  const values = tf.matMul(hidden, weight as Tensor2D, false, true).flatten(); // [R]
  return bias ? tf.add(values, bias) : values;
}
