import type { ComparisonRow } from '@laurel/contracts';
import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../../random/random-generator.ts';
import { cohensKappa } from './cohens-kappa.ts';
import { krippendorffsAlpha } from './krippendorffs-alpha.ts';
import { measureAgreement } from './labeler-agreement.ts';

const repeat = (pair: [number, number], times: number) => Array.from({ length: times }, () => pair);

describe('cohensKappa', () => {
  it('is 0.4 for 20 + 15 agreements and 5 + 10 disagreements of 50', () => {
    const ratings = [...repeat([1, 1], 20), ...repeat([1, 0], 5), ...repeat([0, 1], 10), ...repeat([0, 0], 15)];
    expect(cohensKappa(ratings)).toBeCloseTo(0.4, 12);
  });

  it('is undefined where chance cannot but agree', () => {
    expect(cohensKappa([])).toBeNull();
    expect(cohensKappa(repeat([1, 1], 3))).toBeNull();
  });
});

describe('krippendorffsAlpha', () => {
  const unitsOf = (...raters: string[]) =>
    Array.from({ length: raters[0]?.length ?? 0 }, (_, i) =>
      raters.flatMap((ratings) => (ratings[i] === '.' ? [] : [Number(ratings[i])])),
    );

  it("is that of Krippendorff's examples (2011, sections A and D)", () => {
    expect(krippendorffsAlpha(unitsOf('0100000010', '1110010000'))).toBeCloseTo(0.095, 3);
    const withMissing = unitsOf('123321412...', '1233224125.3', '.33323422 51.'.replace(' ', ''), '12332441251.');
    expect(krippendorffsAlpha(withMissing)).toBeCloseTo(0.743, 3);
  });
});

describe('measureAgreement', () => {
  const judgement = (worker: string | undefined, isFirst: boolean, group = 'post'): ComparisonRow => ({
    group,
    prompt: { head: '', post: group, tail: '' },
    chosen: isFirst ? 'a' : ' bb',
    rejected: isFirst ? 'bb' : ' a',
    ...(worker && { worker }),
  });
  const measure = (rows: ComparisonRow[], margins = rows.map(() => 1)) =>
    measureAgreement(rows, margins, RandomGenerator.fromSeed(1));

  it('takes the same two texts of a post for the same comparison, whatever their order', () => {
    const rows = [judgement('v', true), judgement('w', true), judgement('x', false), judgement('v', true, 'other')];
    const found = measure(rows);
    expect(found.judged_together).toBe(1);
    expect(found.raw).toMatchObject({ value: 1 / 3, n: 3 });
  });

  it("counts a labeler's first judgement only, and unnamed labelers as different ones", () => {
    expect(measure([judgement('v', true), judgement('v', false)]).raw).toBeNull();
    expect(measure([judgement(undefined, true), judgement(undefined, false)]).raw).toMatchObject({ value: 0, n: 1 });
  });

  it('compares two labelers over what both judged, if that is enough', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [
      judgement('w', i < 5, `post ${i}`),
      judgement('v', i < 4, `post ${i}`),
    ]).flat();
    const found = measure(rows);
    expect(found.pairs).toMatchObject([{ labelers: ['v', 'w'], agreement: { value: 0.9, n: 10 } }]);
    expect(found.pairs[0]?.cohens_kappa).toBeCloseTo(0.8, 12); // by chance: 0.4 · 0.5 + 0.6 · 0.5
    const { value, interval } = found.krippendorff_alpha ?? { value: 0, interval: { low: 0, high: 0 } };
    expect(value).toBeCloseTo(1 - 2 / 20 / ((2 * 9 * 11) / (20 * 19)), 12); // 9 say 0 and 11 say 1
    expect(interval.low).toBeLessThan(value);
    expect(measure(rows.slice(0, 18)).pairs).toEqual([]);
  });

  it('judges the reward model by each labeler and by the mode of three', () => {
    const rows = [judgement('u', true), judgement('v', true), judgement('w', false)];
    const margins = [2, 2, -2]; // the reward model is for "a"
    const found = measure(rows, margins);
    expect(found.reward_model.map(({ labeler, agreement }) => [labeler, agreement.value])).toEqual([
      ['u', 1],
      ['v', 1],
      ['w', 0],
    ]);
    expect(found.mode_of_three).toMatchObject({
      reward_model: { value: 1, n: 1 },
      longer_wins: { value: 0 },
      labeler: null,
    });
    const fourth = measure([...rows, judgement('x', true)], [...margins, 2]);
    expect(fourth.mode_of_three?.labeler).toMatchObject({ value: 0.75, n: 4 }); // all but "w" are with most of the others
  });

  it('counts a tie of rewards as disagreement', () => {
    expect(measure([judgement('u', true)], [0]).reward_model[0]?.agreement.value).toBe(0);
  });
});
