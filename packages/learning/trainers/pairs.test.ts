import '@tensorflow/tfjs';
import type { ComparisonRow } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DoesNotFit } from './encode.ts';
import { encodePairs, indicesByPost, marginsOfPairs, splitPairsIntoPasses, valuesOfPairs } from './pairs.ts';
import { tokenizer } from './testing/tiny.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const compare = (post: string, chosen: string, rejected: string): ComparisonRow => ({
  group: post,
  prompt: { head: 'POST: ', post: `the ${post} door`, tail: '\n\nTL;DR:' },
  chosen,
  rejected,
});
/** Three summaries of one post, all compared, with a comparison of another post in between. */
const rows = [
  compare('red', 'good', 'bad'),
  compare('blue', 'good', 'bad'),
  compare('red', 'good', 'not bad'),
  compare('red', 'not bad', 'bad'),
];
const { encoded: pairs } = encodePairs(tokenizer, 48, rows);
const postTokens = pairs[0]?.chosen.prompt.length ?? 0;

describe('encodePairs', () => {
  it('makes equal summaries of a post the same object, and those of other posts not', () => {
    const [first, other, second, third] = pairs;
    expect(second?.chosen).toBe(first?.chosen);
    expect(third?.rejected).toBe(first?.rejected);
    expect(third?.chosen).toBe(second?.rejected);
    expect(other?.chosen).not.toBe(first?.chosen);
    expect(pairs.map(({ post }) => post)).toEqual([0, 1, 0, 0]);
    expect(indicesByPost(pairs)).toEqual([[0, 2, 3], [1]]);
  });

  it('counts what does not fit', () => {
    expect(encodePairs(tokenizer, 8, rows)).toEqual({ encoded: [], leftOut: 4 });
    expect(() => encodePairs({ ...tokenizer, encode: () => fail() }, 8, rows)).toThrow('broken');
  });
});

function fail(): never {
  throw new Error('broken'); // anything but DoesNotFit goes through
}

describe('splitPairsIntoPasses', () => {
  it('computes a post and each of its summaries once for all of its comparisons', () => {
    const [pass, ...others] = splitPairsIntoPasses(pairs);
    expect(others).toEqual([]);
    expect(pass?.sequences.length).toBe(3 + 2);
    const completions = new Set(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]));
    const completionTokens = [...completions].reduce((sum, { completion }) => sum + completion.length, 0);
    expect(pass?.batch.tokens.length).toBe(2 * postTokens + completionTokens);
    expect(pass?.pairs.map(({ row }) => row)).toEqual([rows[0], rows[2], rows[3], rows[1]]);
    expect([...(pass?.chosen ?? [])]).toEqual([0, 0, 2, 3]);
    expect([...(pass?.rejected ?? [])]).toEqual([1, 2, 1, 4]);
  });

  it('cuts a post with too many comparisons, and loses none', () => {
    const passes = splitPairsIntoPasses(pairs, postTokens + 1);
    expect(passes.map((pass) => pass.pairs.length)).toEqual([1, 1, 1, 1]);
    for (const pass of passes) expect([pass.sequences.length, ...pass.chosen, ...pass.rejected]).toEqual([2, 0, 1]);
  });

  it('keeps a pair together whose summaries leave different room for the post', () => {
    const long = 'good and not bad and good and not bad and good and not bad';
    const { encoded } = encodePairs(tokenizer, 36, [compare(`${'red '.repeat(20)}`, 'good', long)]);
    const [pass] = splitPairsIntoPasses(encoded);
    expect(pass?.sequences[0]?.prompt.length).toBeGreaterThan(pass?.sequences[1]?.prompt.length ?? 0);
    expect([pass?.chosen[0], pass?.rejected[0]]).toEqual([0, 1]);
  });
});

describe('valuesOfPairs', () => {
  const [pass] = splitPairsIntoPasses(pairs);
  if (!pass) throw new DoesNotFit('nothing fits');

  it('picks the values of both sides', () => {
    const [chosen, rejected] = valuesOfPairs(pass, tf.tensor1d([1, 2, 3, 4, 6]));
    expect([...chosen.dataSync()]).toEqual([1, 1, 3, 4]);
    expect([...rejected.dataSync()]).toEqual([2, 3, 2, 6]);
    expect(marginsOfPairs(pass, [1, 2, 3, 4, 6])).toEqual([-1, -2, 1, -2]);
  });

  it('adds up the gradients of a summary that is in several pairs', () => {
    const loss = (values: tf.Tensor) => valuesOfPairs(pass, values as tf.Tensor1D)[0];
    const gradient = tf.grad(loss)(tf.zeros([5]), tf.tensor1d([1, 10, 100, 1000]));
    expect([...gradient.dataSync()]).toEqual([11, 0, 100, 1000, 0]);
  });
});
