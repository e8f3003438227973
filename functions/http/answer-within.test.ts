import { setTimeout } from 'node:timers/promises';
import { Problem } from '@laurel/contracts';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { answerWithin } from './answer-within.ts';

const app = new Hono()
  .use(answerWithin(20))
  .get('/soon', (c) => c.text('here'))
  .get('/late', async (c) => {
    await setTimeout(200);
    return c.text('late');
  })
  .onError((error, c) => c.text(error instanceof Problem ? error.code : 'other', 504));

test.each([
  ['/soon', 200, 'here'],
  ['/late', 504, 'took_too_long'],
])('%s', async (path, status, text) => {
  const answer = await app.request(path);
  expect([answer.status, await answer.text()]).toEqual([status, text]);
});
