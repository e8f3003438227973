import type { ModelKind } from '@laurel/contracts';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Kernels } from '../model/kernels.ts';
import { headName } from '../model/model-config.ts';
import { type PackedBatch, pack } from '../model/packed-batch.ts';
import { disposeParameters, parameter } from '../model/parameters.ts';
import { headValues } from '../trainers/model-outputs.ts';
import type { Files } from '../trainers/trainer.ts';
import { type Model, readModelFiles } from './model-files.ts';

const TEXT = 'SUBREDDIT: r/tifu\n\nTITLE: A short text, which any tokenizer can read.\n\nTL;DR:';

/**
 * Reads a model that somebody else made and computes a short text with it.
 *
 * @returns its kind, and how many numbers its parameters have
 * @throws {Error} as `readModelFiles` does; when the text comes to nothing, or to outputs that are not finite
 */
export function checkModelFiles(kernels: Kernels, files: Files): { kind: ModelKind; parameters: number } {
  const model = readModelFiles(files);
  const { decoder, tokenizer, kind } = model;
  try {
    const tokens = [...tokenizer.encode(TEXT), tokenizer.endOfText].slice(0, decoder.config.n_positions);
    if (tokens.length < 2) throw new Error('tokenizer.json makes no tokens of a text.');
    const { batch } = pack([{ prefix: tokens, continuations: [] }]);
    const outputs = kind === 'reward_model' ? rewards(kernels, model, batch) : logProbs(kernels, model, batch);
    if (!outputs.every(Number.isFinite)) {
      throw new Error('its outputs for a short text are not finite: the weights are damaged, or of another model.');
    }
    const parameters = Object.values(decoder.parameters).reduce((sum, { size }) => sum + size, 0);
    return { kind, parameters };
  } finally {
    disposeParameters(decoder.parameters);
  }
}

/** The reward at each token. [N] */
const rewards = (kernels: Kernels, { decoder }: Model, batch: PackedBatch) =>
  headValues(kernels, decoder, batch, batch.positions); // of one sequence: its rows

/** log π of each token but the first. [N − 1] */
function logProbs(kernels: Kernels, { decoder }: Model, batch: PackedBatch): Float32Array {
  return tf.tidy(() => {
    const hidden = kernels.forward(decoder, batch, batch.positions.slice(0, -1)); // [N − 1, D]
    const head = parameter<Tensor2D>(decoder.parameters, headName(decoder.config));
    return kernels.tokenLogProbs(hidden, head, batch.tokens.slice(1), 1).logProbs.dataSync<'float32'>();
  });
}
