import type { ComparisonRow } from '@laurel/contracts';
import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { measureAccuracy } from './reward-model-accuracy.ts';

const row = (more: Partial<ComparisonRow> = {}): ComparisonRow => ({
  group: 'post',
  prompt: { head: '', post: 'p', tail: '' },
  chosen: 'long one',
  rejected: 'short',
  ...more,
});
const measure = (rows: ComparisonRow[], margins: number[]) =>
  measureAccuracy(rows, margins, RandomGenerator.fromSeed(1));

describe('measureAccuracy', () => {
  it('counts a tie as wrong (detail 8), for rewards and for lengths', () => {
    const rows = [row(), row({ chosen: 'sho' }), row({ chosen: 'sames' }), row()];
    expect(measure(rows, [1, 0, -1, 2])).toMatchObject({
      comparisons: 4,
      posts: 1,
      accuracy: 0.5,
      longer_wins_accuracy: 0.5,
    });
  });

  it('knows less of comparisons that belong to few posts', () => {
    const margins = Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : -1));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const ofPosts = (posts: number) =>
      measure(
        margins.map((_, i) => row({ group: `${Math.floor((i * posts) / 100)}` })),
        margins,
      );
    expect(width(ofPosts(100).by_post)).toBeCloseTo(width(ofPosts(100).wilson), 1);
    expect(width(ofPosts(10).by_post)).toBeGreaterThan(2 * width(ofPosts(10).wilson));
  });

  it('breaks down by what tells the rows apart, in order', () => {
    const rows = [
      row({ split: 'valid2', confidence: 4, policies: ['sup', 'ppo'] }),
      row({ split: 'valid1', confidence: 1, policies: ['ppo', 'sup'] }),
      row({ split: 'valid1', confidence: 4, policies: ['ref', 'sup'] }),
      row(),
    ];
    const found = measure(rows, [1, 1, -1, 1]);
    const slices = (by: string) =>
      found.breakdowns
        .find((each) => each.by === by)
        ?.slices.map(({ label, comparisons, accuracy }) => [label, comparisons, accuracy]);
    expect(slices('split')).toEqual([
      ['valid1', 2, 0.5],
      ['valid2', 1, 1],
    ]);
    expect(slices('confidence')).toEqual([
      ['1', 1, 1],
      ['4', 2, 0.5],
    ]);
    expect(slices('policies')).toEqual([
      ['ppo against sup', 2, 1],
      ['ref against sup', 1, 0],
    ]);
    expect(found.breakdowns.map(({ by }) => by)).not.toContain('batch');
  });

  it('cuts into quarters by how much longer the chosen summary is', () => {
    const rows = [-8, -4, -2, 0, 1, 2, 30, 40].map((d) =>
      row({ chosen: 'x'.repeat(50 + d), rejected: 'x'.repeat(50) }),
    );
    const { slices = [] } =
      measure(
        rows,
        rows.map(() => 1),
      ).breakdowns.find(({ by }) => by === 'length_difference') ?? {};
    expect(slices.map(({ label, longer_wins_accuracy }) => [label, longer_wins_accuracy])).toEqual([
      ['−8 to −4 characters', 0],
      ['−2 to +0 characters', 0],
      ['+1 to +2 characters', 1],
      ['+30 to +40 characters', 1],
    ]);
  });

  it('names a quarter of one length by that length', () => {
    const rows = [2, 2, 5].map((d) => row({ chosen: 'x'.repeat(50 + d), rejected: 'x'.repeat(50) }));
    const breakdowns = measure(
      rows,
      rows.map(() => 1),
    ).breakdowns.find(({ by }) => by === 'length_difference');
    expect(breakdowns?.slices.map(({ label }) => label)).toEqual(['+2 characters', '+5 characters']);
  });

  it('puts rare values together', () => {
    const rows = Array.from({ length: 40 }, (_, i) => row({ batch: `batch${Math.min(i, 19)}` }));
    const { slices = [] } =
      measure(
        rows,
        rows.map(() => 1),
      ).breakdowns.find(({ by }) => by === 'batch') ?? {};
    expect(slices.map(({ label }) => label).slice(-2)).toEqual(['batch19', '4 others']);
    expect(slices.at(-2)?.comparisons).toBe(21);
  });

  it('tells what labelers take from the reward and from length', () => {
    const random = RandomGenerator.fromSeed(2);
    const rows: ComparisonRow[] = [];
    const margins: number[] = [];
    while (rows.length < 2000) {
      const [reward, length] = [random.normal(), random.normal()];
      const isPreferred = random.uniform() < 1 / (1 + Math.exp(-(2 * reward + 0.5 * length)));
      const sign = isPreferred ? 1 : -1;
      margins.push(sign * reward);
      rows.push(row({ chosen: 'x'.repeat(1000 + Math.round(100 * sign * length)), rejected: 'x'.repeat(1000) }));
    }
    const { reward, length } = measure(rows, margins).preference_regression ?? {};
    expect(Math.abs((reward?.value ?? 0) - 2)).toBeLessThan(3 * (reward?.standard_error ?? 0));
    expect(Math.abs((length?.value ?? 0) - 0.5)).toBeLessThan(3 * (length?.standard_error ?? 0));
    expect(measure([row(), row()], [1, 1]).preference_regression).toBeNull();
  }, 20_000);
});
