import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeExports } from './exports.ts';
import { readFixture } from './fixtures.ts';

describe('models as files', () => {
  let written: Record<string, Uint8Array>;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    written = writeExports();
  });

  it.each(
    ['reward-model', 'policy'].flatMap((model) =>
      ['model.safetensors', 'config.json', 'tokenizer.json'].map((file) => `${model}/${file}`),
    ),
  )('%s is, byte for byte, what check-exports.py loaded in transformers', (path) => {
    expect(Buffer.compare(written[path] ?? Buffer.of(), readFixture(`exports/${path}`))).toBe(0);
  });

  it('computes the scores and log probabilities that transformers agreed with', () => {
    const parse = (bytes: Uint8Array): Record<string, number[]> => JSON.parse(new TextDecoder().decode(bytes));
    const [actual, expected] = [
      parse(written['expected.json'] ?? Buffer.of()),
      parse(readFixture('exports/expected.json')),
    ];
    for (const name of ['scores', 'log_probs'])
      expect(actual[name]).toEqual(expected[name]?.map((value) => expect.closeTo(value, 4)));
  });
});
