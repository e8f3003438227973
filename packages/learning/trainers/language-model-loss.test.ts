import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { nextTokenLoss } from '../losses/next-token-loss.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { TOKENS_PER_PASS } from '../settings/hyperparameters.ts';
import { differentiateNextTokens, measureNextTokens } from './language-model-loss.ts';
import { differentiateLogProbs } from './model-outputs.ts';
import { countTokens, splitIntoPasses } from './pass.ts';
import { encodeSequences } from './sequence.ts';
import { texts, tinyModel, tokenizer, withModel } from './testing/tiny.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Sequences of different lengths, more tokens together than one pass takes. */
const sequences = Array.from({ length: 180 }, (_, i) => texts[i % texts.length]?.text ?? '').flatMap((text, i) =>
  encodeSequences(tokenizer, 48, {
    prompt: { head: '', post: text, tail: '' },
    completions: ['good and not bad '.repeat(1 + (i % 2))],
  }),
);

describe('a batch that is computed in several passes', () => {
  it('has the loss and the gradients of the whole, to rounding', () => {
    expect(splitIntoPasses(sequences.map((sequence) => [sequence])).length).toBeGreaterThan(1);
    const [whole, ...none] = splitIntoPasses([sequences], Number.POSITIVE_INFINITY);
    if (!whole || none.length > 0) throw new Error('one pass was asked for');
    expect(countTokens(sequences)).toBeGreaterThan(TOKENS_PER_PASS);
    withModel(tinyModel('policy'), ({ decoder }) => {
      const accumulated = differentiateNextTokens(kernels, decoder, sequences);
      const atOnce = differentiateLogProbs(kernels, { decoder, pass: whole, temperature: 1, weight: 1 }, nextTokenLoss);
      expect(accumulated.metrics.loss).toBeCloseTo(atOnce.loss, 5);
      expect(Object.keys(accumulated.gradients).sort()).toEqual(Object.keys(atOnce.gradients).sort());
      for (const [name, gradient] of Object.entries(atOnce.gradients)) {
        const error = tf.tidy(() => tf.norm(tf.sub(gradient, accumulated.gradients[name] as tf.Tensor)).dataSync()[0]);
        const size = tf.tidy(() => tf.norm(gradient).dataSync()[0]) ?? 0;
        expect(error, name).toBeLessThan(1e-5 * size + 1e-7);
      }
      expect(measureNextTokens(kernels, decoder, sequences).validation_loss).toBeCloseTo(atOnce.loss, 5);
      tf.dispose([accumulated.gradients, atOnce.gradients]);
    });
  });
});
