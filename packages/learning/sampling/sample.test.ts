import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../checkpoint/model-files.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { completionLogProbs } from '../trainers/model-outputs.ts';
import { splitIntoPasses } from '../trainers/pass.ts';
import { tinyModel, tokenizer, withModel } from '../trainers/testing/tiny.ts';
import { type SamplingOptions, sample } from './sample.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('sample', () => {
  const prompts = ['the red door', 'a', 'the blue door and the red'].map((text) => tokenizer.encode(text));
  const options = (more: Partial<SamplingOptions> = {}): SamplingOptions => ({
    n: 3,
    temperature: 1,
    maxNewTokens: 8,
    random: RandomGenerator.fromSeed(5),
    endOfText: tokenizer.endOfText,
    ...more,
  });
  const using = <T>(use: (model: Model) => T) => withModel(tinyModel('base'), use);

  it('draws the same whatever it is computed with', () => {
    using(({ decoder }) => {
      const together = sample(kernels, decoder, prompts, options());
      const apart = sample(kernels, decoder, prompts, options({ tokensPerDecoding: 1 }));
      expect(apart.map((samples) => samples.map(({ tokens }) => tokens))).toEqual(
        together.map((samples) => samples.map(({ tokens }) => tokens)),
      );
    });
  });

  it('ends at the first end of text, which it keeps (detail 9)', () => {
    using(({ decoder }) => {
      // With the likeliest token as the end of text, every greedy sample ends at once.
      const [[first] = []] = sample(kernels, decoder, prompts, options({ temperature: 0, n: 1 }));
      const endOfText = first?.tokens[0] ?? 0;
      const [[ended] = []] = sample(kernels, decoder, prompts, options({ temperature: 0, n: 1, endOfText }));
      expect(ended).toMatchObject({ tokens: [endOfText], finished: true });
      expect(first).toMatchObject({ finished: false });
      expect(first?.tokens.length).toBe(8);
    });
  });

  it('drops ended rows without a change to the others, and gives the log-probabilities of a whole pass', () => {
    using(({ decoder }) => {
      const endOfText = sample(kernels, decoder, prompts, options())[0]?.[0]?.tokens[2] ?? 0;
      const before = tf.memory().numTensors;
      const samples = sample(kernels, decoder, prompts, options({ endOfText, temperature: 0.7 }));
      expect(tf.memory().numTensors).toBe(before);
      const sequences = samples.flatMap((ofPrompt, p) =>
        ofPrompt.map(({ tokens }) => ({ prompt: prompts[p] ?? [], completion: tokens, truncated: false })),
      );
      const [pass] = splitIntoPasses([sequences]);
      if (!pass) throw new Error('no pass');
      const { logProbs } = completionLogProbs(kernels, { decoder, pass, temperature: 0.7 });
      const sampled = samples.flat().flatMap((each) => each.logProbs);
      expect(sampled.length).toBe(logProbs.length);
      for (const [i, logProb] of sampled.entries()) expect(logProb).toBeCloseTo(logProbs[i] ?? 0, 4);
    });
  });
});
