import { describe, expect, it } from 'vitest';
import fixture from './fixtures/rouge-score.json' with { type: 'json' };
import { porterStem } from './porter-stemmer.ts';
import { type RougeScore, rougeScore } from './rouge-score.ts';

const values = ({ precision, recall, fMeasure }: RougeScore) => [precision, recall, fMeasure];

describe('rougeScore', () => {
  it("is that of Google's rouge-score, with and without the stemmer", () => {
    for (const { reference, text, plain, stemmed } of fixture.pairs) {
      for (const [expected, useStemmer] of [[plain, false] as const, [stemmed, true] as const]) {
        const found = rougeScore(reference, text, useStemmer);
        expect({
          rouge1: values(found.rouge1),
          rouge2: values(found.rouge2),
          rougeL: values(found.rougeL),
        }).toEqual(expected);
      }
    }
  });

  it('is what one counts by hand', () => {
    const { rouge1, rouge2, rougeL } = rougeScore('the cat sat on the mat', 'the cat on a mat', false);
    expect(values(rouge1)).toEqual([4 / 5, 4 / 6, 8 / 11].map((value) => expect.closeTo(value, 12))); // the cat on mat
    expect(values(rouge2)).toEqual([1 / 4, 1 / 5, 2 / 9].map((value) => expect.closeTo(value, 12))); // the cat
    expect(values(rougeL)).toEqual(values(rouge1)); // in the same order
  });
});

describe('porterStem', () => {
  it("is that of NLTK's PorterStemmer", () => {
    const found = Object.fromEntries(Object.keys(fixture.stems).map((word) => [word, porterStem(word)]));
    expect(found).toEqual(fixture.stems);
  });
});
