import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Background } from './background.ts';

const background = () => new Background(pino({ enabled: false }));

test('does one thing after the other, whatever becomes of it', async () => {
  const line = background();
  const done: string[] = [];
  line.offer(async () => {
    await new Promise(setImmediate);
    done.push('first');
  });
  line.offer(() => Promise.reject(new Error('failed')));
  line.offer(async () => void done.push('last'));
  expect(done).toEqual([]);
  await line.idle();
  expect(done).toEqual(['first', 'last']);
});

test('leaves undone what comes while too much is waiting', async () => {
  const line = background();
  let done = 0;
  for (let i = 0; i < 100; i++) line.offer(async () => void done++);
  await line.idle();
  expect(done).toBe(33); // the one that ran at once, and those in line
});

test('is stopped with what it does', async () => {
  const line = background();
  let done = 0;
  for (let i = 0; i < 3; i++) line.offer(async () => void done++);
  await line.stop();
  expect(done).toBe(1);
});
