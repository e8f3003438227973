import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { nextTokenLoss } from '../losses/next-token-loss.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { differentiateNextTokens, measureNextTokens } from './language-model-loss.ts';
import { differentiateLogProbs } from './model-outputs.ts';
import { splitIntoPasses } from './pass.ts';
import { encodeSequences } from './sequence.ts';
import { texts, tinyModel, tokenizer, withModel } from './testing/tiny.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Sequences of different lengths. */
const sequences = texts.flatMap(({ text }, i) =>
  encodeSequences(tokenizer, 48, {
    prompt: { head: '', post: text, tail: '' },
    completions: ['good and not bad '.repeat(1 + (i % 2))],
  }),
);

describe('a batch that is computed in several passes', () => {
  it('has the loss and the gradients of the whole, to rounding', () => {
    const tokensPerPass = 100;
    const units = sequences.map((sequence) => [sequence]);
    expect(splitIntoPasses(units, tokensPerPass).length).toBeGreaterThan(2);
    const [pass, ...none] = splitIntoPasses(units);
    if (!pass || none.length > 0) throw new Error('one pass was expected');
    withModel(tinyModel('policy'), ({ decoder }) => {
      const accumulated = differentiateNextTokens(kernels, decoder, sequences, tokensPerPass);
      const atOnce = differentiateLogProbs(kernels, { decoder, pass, temperature: 1, weight: 1 }, nextTokenLoss);
      expect(accumulated.metrics.loss).toBeCloseTo(atOnce.loss, 5);
      expect(Object.keys(accumulated.gradients).sort()).toEqual(Object.keys(atOnce.gradients).sort());
      for (const [name, gradient] of Object.entries(atOnce.gradients)) {
        const norm = (tensor: tf.Tensor) => tf.norm(tensor).dataSync()[0] ?? Number.NaN;
        const error = norm(tf.sub(gradient, accumulated.gradients[name] as tf.Tensor));
        expect(error, name).toBeLessThan(1e-5 * norm(gradient) + 1e-7);
      }
      expect(measureNextTokens(kernels, decoder, sequences).validation_loss).toBeCloseTo(atOnce.loss, 5);
    });
  });
});
