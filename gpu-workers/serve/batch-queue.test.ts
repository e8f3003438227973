import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@laurel/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchFacts, BatchQueue, type Timing } from './batch-queue.ts';

const A_LONG_WAIT = 1000;
const OF_LENGTH = { cost: (item: string) => item.length, batchCost: 0, kind: () => 'work' };

// Time passes only where a test says so, on any machine.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function queueOf({ batchMs = 0, ...limits }: { maxBatchCost: number; maxQueuedCost: number; batchMs?: number }) {
  const batches: string[][] = [];
  const queue = new BatchQueue<string, string>({
    async run(batch) {
      batches.push([...batch]);
      vi.advanceTimersByTime(batchMs);
      if (batch.includes('bad')) throw new Error('bad item');
      return { results: batch.map((item) => item.toUpperCase()), preparingMs: 0, computingMs: batchMs };
    },
    fitTogether: (a, b) => a[0] === b[0],
    ...OF_LENGTH,
    maxWaitSeconds: A_LONG_WAIT,
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

  it('computes nothing for who has waited too long, and says when to come back', async () => {
    const { queue, batches } = queueOf({ maxBatchCost: 2, maxQueuedCost: 100, batchMs: 10 });
    const answers = await Promise.allSettled([
      queue.add('a1'),
      queue.add('a2', performance.now() + 5),
      queue.add('a3', performance.now() + 60_000),
    ]);
    expect(answers[1]).toMatchObject({ reason: { status: 503, code: 'deadline_exceeded', retryAfterSeconds: 1 } });
    expect(batches).toEqual([['a1'], ['a3']]);
  });

  it('refuses who would wait too long, or beyond the deadline, at the pace of late; the first in line is taken', async () => {
    const queue = new BatchQueue<string, string>({
      async run(results) {
        vi.advanceTimersByTime(20); // two characters in 20 ms
        return { results, preparingMs: 0, computingMs: 20 };
      },
      fitTogether: () => false,
      ...OF_LENGTH,
      maxBatchCost: 2,
      maxQueuedCost: 100,
      maxWaitSeconds: 0.035,
    });
    await queue.add('a1');
    await nextTurn(); // then its pace is known
    const taken = [queue.add('a2'), queue.add('a3')];
    const refusals = [
      { deadlineMs: performance.now() + 10, code: 'deadline_exceeded' },
      { deadlineMs: undefined, code: 'busy' },
    ];
    for (const { deadlineMs, code } of refusals) {
      const refusal = expect.objectContaining({ status: 503, code, retryAfterSeconds: 1 }) as Problem;
      expect(() => queue.add('a4', deadlineMs)).toThrow(refusal);
    }
    expect(await Promise.all(taken)).toEqual(['a2', 'a3']);
    expect(await queue.add('a6', performance.now() + 1)).toBe('a6');
  });

  it('takes the pace from what is computed: neither a model that is read first nor work that costs nothing slows it', async () => {
    let readingMs = 100;
    const queue = new BatchQueue<string, string>({
      async run(results) {
        vi.advanceTimersByTime(readingMs + 10);
        return { results, preparingMs: readingMs, computingMs: 10 };
      },
      fitTogether: () => false,
      ...OF_LENGTH,
      maxBatchCost: 2,
      maxQueuedCost: 100,
      maxWaitSeconds: 0.02,
    });
    const timings: Timing[] = [];
    await queue.add('a1', undefined, (timing) => timings.push(timing));
    expect(timings).toEqual([{ queueMs: 100, modelMs: 10 }]);
    readingMs = 0;
    for (let i = 0; i < 20; i++) await queue.add('');
    await nextTurn();
    const taken = ['a2', 'a3', 'a4'].map((item) => queue.add(item)); // the last of them waits for 20 ms
    expect(await Promise.all(taken)).toEqual(['a2', 'a3', 'a4']);
  });

  it('knows the pace of each kind, and what a batch takes besides its items', async () => {
    const queue = new BatchQueue<string, string>({
      async run(results) {
        const computingMs = results[0]?.startsWith('slow') ? 1000 : 10 + (results[0]?.length ?? 0);
        vi.advanceTimersByTime(computingMs);
        return { results, preparingMs: 0, computingMs };
      },
      fitTogether: () => false,
      cost: (item) => item.length,
      batchCost: 10,
      kind: (item) => item.slice(0, 4),
      maxBatchCost: 100,
      maxQueuedCost: 1000,
      maxWaitSeconds: 0.28,
    });
    await queue.add('slow');
    await queue.add('fast');
    await nextTurn();
    const taken = ['fast'.repeat(30), 'fast'.repeat(30), 'fast'].map((item) => queue.add(item)); // 0.24 s for the last of them
    await Promise.all(taken);
    const behind = queue.add('slow');
    expect(() => queue.add('fast')).toThrow(expect.objectContaining({ code: 'busy' }) as Problem); // 0.29 s at the pace of slow work
    await behind;
  });

  it('tells each where its time went', async () => {
    const { queue } = queueOf({ maxBatchCost: 2, maxQueuedCost: 100, batchMs: 20 });
    const timings: Timing[] = [];
    await Promise.all(['a1', 'a2'].map((item) => queue.add(item, undefined, (timing) => timings.push(timing))));
    expect(timings).toEqual([
      { queueMs: 0, modelMs: 20 },
      { queueMs: 20, modelMs: 20 }, // all of the first one's batch
    ]);
  });

  it('tells of each batch how full it was and how long it waited', async () => {
    const batches: BatchFacts[] = [];
    const queue = new BatchQueue<string, string>({
      async run(results) {
        vi.advanceTimersByTime(20);
        return { results, preparingMs: 0, computingMs: 20 };
      },
      fitTogether: () => true,
      ...OF_LENGTH,
      maxBatchCost: 8,
      maxQueuedCost: 100,
      maxWaitSeconds: A_LONG_WAIT,
      onBatch: (facts) => batches.push(facts),
    });
    const added = Promise.all([queue.add('a1'), queue.add('a2')]);
    expect(queue.line).toEqual({ requests: 2, fill: 0.04 });
    vi.advanceTimersByTime(5);
    await added;
    await nextTurn();
    const [waitedSeconds, seconds] = [expect.closeTo(0.005) as number, expect.closeTo(0.02) as number];
    expect(batches).toEqual([{ requests: 2, fill: 0.5, waitedSeconds, seconds }]);
    expect(queue.line).toEqual({ requests: 0, fill: 0 });
  });
});
