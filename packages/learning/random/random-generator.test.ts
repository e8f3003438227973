import { describe, expect, it } from 'vitest';
import { RandomGenerator } from './random-generator.ts';

const draw = (random: RandomGenerator, count: number) => Array.from({ length: count }, () => random.uniform());

describe('RandomGenerator', () => {
  it('is xoshiro128**: state 1, 2, 3, 4 gives the reference implementation’s numbers', () => {
    const random = RandomGenerator.restore('00000001000000020000000300000004');
    // 11520, 0, 5927040, 70819200 are the first outputs of the authors' C code; uniform() takes 27 and 26 bits of two.
    expect(random.uniform()).toBe(((11520 >>> 5) * 2 ** 26 + 0) / 2 ** 53);
    expect(random.uniform()).toBe(((5927040 >>> 5) * 2 ** 26 + (70819200 >>> 6)) / 2 ** 53);
  });

  it('draws the same from the same seed and other numbers from another', () => {
    expect(draw(RandomGenerator.fromSeed(5), 4)).toEqual(draw(RandomGenerator.fromSeed(5), 4));
    expect(draw(RandomGenerator.fromSeed(5), 4)).not.toEqual(draw(RandomGenerator.fromSeed(6), 4));
  });

  it('goes on exactly from its state', () => {
    const random = RandomGenerator.fromSeed(5);
    draw(random, 3);
    random.normal();
    const restored = RandomGenerator.restore(random.state());
    expect(draw(restored, 4)).toEqual(draw(random, 4));
  });

  it('refuses what is no state', () => {
    expect(() => RandomGenerator.restore('abc')).toThrow('"abc" is not the state of a random generator');
    expect(() => RandomGenerator.restore('0'.repeat(32))).toThrow('not all 0');
  });

  it('forks by name, without advancing', () => {
    const random = RandomGenerator.fromSeed(5);
    const before = random.state();
    expect(draw(random.fork('a'), 3)).toEqual(draw(random.fork('a'), 3));
    expect(draw(random.fork('a'), 3)).not.toEqual(draw(random.fork('b'), 3));
    expect(random.state()).toBe(before);
  });

  it('draws uniform, normal and whole numbers with the right moments', () => {
    const random = RandomGenerator.fromSeed(1);
    const count = 20_000;
    const moments = (f: () => number) => {
      const values = Array.from({ length: count }, f);
      const mean = values.reduce((a, b) => a + b, 0) / count;
      return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count };
    };
    const uniform = moments(() => random.uniform());
    expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(uniform.variance - 1 / 12)).toBeLessThan(0.003);
    const normal = moments(() => random.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.05);
    const whole = moments(() => random.integer(3));
    expect(Math.abs(whole.mean - 1)).toBeLessThan(0.03);
    expect(Math.abs(whole.variance - 2 / 3)).toBeLessThan(0.03);
  });

  it('shuffles into every order equally often', () => {
    const random = RandomGenerator.fromSeed(2);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120); // 4 standard deviations
  });
});
