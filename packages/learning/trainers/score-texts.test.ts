import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { scoreCompletions } from '../evaluation/score-completions.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { sampleText, scoreTexts } from './score-texts.ts';
import { demonstrations, otherTokenizer, tinyModel, tokenizer, withModel } from './testing/tiny.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const prompt = demonstrations[0]?.prompt ?? { head: '', post: '', tail: '' };
const score = (texts: (string | null)[]) =>
  withModel(tinyModel('reward_model', 2, 96, otherTokenizer), (model) =>
    scoreTexts(kernels, model, [{ prompt, texts }]).flat(),
  );

it('text crosses to a reward model with another tokenizer, which scores it as when it serves', () => {
  const tokens = [...tokenizer.encode(' good'), tokenizer.endOfText];
  withModel(tinyModel('policy'), (policy) => {
    expect(sampleText(policy, { tokens, finished: true, logProbs: [] })).toBe(' good');
    expect(sampleText(policy, { tokens, finished: false, logProbs: [] })).toBeNull();
  });
  withModel(tinyModel('reward_model', 2, 96, otherTokenizer), (model) => {
    const [scores] = scoreTexts(kernels, model, [{ prompt, texts: [' good', null, 'bad'] }]);
    const [served] = scoreCompletions(kernels, model, [{ prompt, completions: ['good', 'bad'] }]);
    expect(scores).toEqual([served?.[0]?.score, null, served?.[1]?.score]);
  });
});

it('a text that the reward model cannot hold has no score, and takes none from the others', () => {
  const scores = score(['good', 'good and not bad '.repeat(20), 'bad']);
  expect(scores).toEqual([expect.any(Number), null, expect.any(Number)]);
  const rounded = (values: (number | null)[]) => values.map((value) => value?.toFixed(4));
  expect(rounded(score(['good', null, 'bad']))).toEqual(rounded(scores));
});
