import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ahead } from './ahead.ts';

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}

test('results keep their order, and no more is begun than may be under way', async () => {
  let begun = 0;
  const results: number[] = [];
  const work = async (item: number) => {
    begun++;
    await setTimeout(item % 3);
    return item;
  };
  for await (const result of ahead(numbers(10), 2, work)) {
    results.push(result);
    expect(begun).toBeLessThanOrEqual(result + 3);
  }
  expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a failure ends it, when its turn comes', async () => {
  const results: number[] = [];
  const reading = (async () => {
    const work = (item: number) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item));
    for await (const result of ahead(numbers(5), 3, work)) results.push(result);
  })();
  await expect(reading).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
});
