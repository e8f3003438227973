import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@laurel/contracts';
import { describe, expect, it } from 'vitest';
import { BatchQueue } from './batch-queue.ts';

function queueOf(limits: { maxBatchCost: number; maxQueuedCost: number }) {
  const batches: string[][] = [];
  const queue = new BatchQueue<string, string>({
    async run(batch) {
      batches.push([...batch]);
      if (batch.includes('bad')) throw new Error('bad item');
      return batch.map((item) => item.toUpperCase());
    },
    fitTogether: (a, b) => a[0] === b[0],
    cost: (item) => item.length,
    ...limits,
  });
  return { queue, batches };
}

describe('BatchQueue', () => {
  it('runs what fits together in one batch and answers each its own', async () => {
    const { queue, batches } = queueOf({ maxBatchCost: 100, maxQueuedCost: 100 });
    const answers = await Promise.all(['a1', 'b1', 'a2'].map((item) => queue.add(item)));
    expect(answers).toEqual(['A1', 'B1', 'A2']);
    expect(batches).toEqual([['a1', 'a2'], ['b1']]);
  });

  it('waits for those who arrive some turns of the event loop later', async () => {
    const { queue, batches } = queueOf({ maxBatchCost: 100, maxQueuedCost: 100 });
    const first = queue.add('a1');
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    await Promise.all([first, queue.add('a2')]);
    expect(batches).toEqual([['a1', 'a2']]);
  });

  it('keeps a batch within its cost', async () => {
    const { queue, batches } = queueOf({ maxBatchCost: 4, maxQueuedCost: 100 });
    await Promise.all(['a1', 'a2', 'a3'].map((item) => queue.add(item)));
    expect(batches).toEqual([['a1', 'a2'], ['a3']]);
  });

  it('fails only the culprit of a failed batch', async () => {
    const { queue } = queueOf({ maxBatchCost: 100, maxQueuedCost: 100 });
    const answers = await Promise.allSettled(['bee', 'bad', 'but'].map((item) => queue.add(item)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses what does not fit in the line with 503 and a time to come back, and goes on', async () => {
    const { queue } = queueOf({ maxBatchCost: 100, maxQueuedCost: 4 });
    const first = queue.add('a1');
    const second = queue.add('a2');
    expect(() => queue.add('a3')).toThrow(
      expect.objectContaining({ status: 503, code: 'busy', retryAfterSeconds: 1 }) as Problem,
    );
    expect(await Promise.all([first, second])).toEqual(['A1', 'A2']);
    expect(await queue.add('a4')).toBe('A4');
  });
});
