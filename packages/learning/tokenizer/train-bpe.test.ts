import { describe, expect, it } from 'vitest';
import { loadTokenizer } from './load-tokenizer.ts';
import { END_OF_TEXT, PADDING, trainBpe } from './train-bpe.ts';

const merges = (json: string): [string, string][] => JSON.parse(json).model.merges;

describe('trainBpe', () => {
  it('merges the commonest pair first, and among equals the one of the smallest ids', () => {
    // Words: "ab" 3×, " ab" 1×, "cab" 2×. Pairs: ab 6, ca 2, Ġa 1. After "ab": c+ab 2, Ġ+ab 1, which is too rare.
    const texts = ['ab', 'ab', 'ab ab', 'cab', 'cab'];
    expect(merges(trainBpe(texts, { vocabularySize: 300 }))).toEqual([
      ['a', 'b'],
      ['c', 'ab'],
    ]);
    // "xy" and "ab" occur twice each: a comes before x.
    expect(merges(trainBpe(['xy', 'xy', 'ab', 'ab'], { vocabularySize: 259 }))).toEqual([['a', 'b']]);
  });

  it('counts pairs that overlap as Python does', () => {
    // "aaaa" twice: (a, a) 6; merged from the left to aa aa: (aa, aa) 2.
    expect(merges(trainBpe(['aaaa', 'aaaa'], { vocabularySize: 300 }))).toEqual([
      ['a', 'a'],
      ['aa', 'aa'],
    ]);
  });

  it('never merges across words', () => {
    const json = trainBpe(Array(10).fill('one two'), { vocabularySize: 300 });
    expect(Object.keys(JSON.parse(json).model.vocab)).toEqual(expect.arrayContaining(['one', 'Ġtwo']));
    expect(merges(json).flat().join(' ')).not.toContain('eĠ');
  });

  it('keeps the size asked for, with the special tokens first', () => {
    const text = 'the quick brown fox jumps over the lazy dog and the lazy dog sleeps over there the whole day '.repeat(
      3,
    );
    const { model, added_tokens } = JSON.parse(trainBpe([text], { vocabularySize: 280 }));
    expect(Object.keys(model.vocab)).toHaveLength(280);
    expect(model.vocab).toMatchObject({ [END_OF_TEXT]: 0, [PADDING]: 1 });
    expect(added_tokens.map(({ content }: { content: string }) => content)).toEqual([END_OF_TEXT, PADDING]);
  });

  it('needs room for every byte', () => {
    expect(() => trainBpe([], { vocabularySize: 257 })).toThrow('at least 258');
  });

  it('gives a vocabulary that returns any text, words it never saw included', () => {
    const tokenizer = loadTokenizer(trainBpe(['naïve café', 'a cup of tea'], { vocabularySize: 400 }));
    for (const text of ['naïve café', 'Grüße, 日本語 🙂🙂', " it's\n\n\t two  spaces ", 'e\u0301 \u200d \u0000', ''])
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
});
