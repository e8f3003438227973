import { Problem } from '@laurel/contracts';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { atMost } from './at-most.ts';

test('what comes while too much is being answered is refused; what ends makes room, however it ends', async () => {
  const ends: (() => void)[] = [];
  const app = new Hono();
  app.onError((error, c) => c.text('', error instanceof Problem ? 503 : 500));
  app.get('/', atMost(2), (c) => new Promise<Response>((resolve) => ends.push(() => resolve(c.text('done')))));
  app.get('/fails', atMost(1), () => {
    throw new Error('for a reason');
  });
  const first = [1, 2].map(async () => app.request('/'));
  expect((await app.request('/')).status).toBe(503);
  for (const end of ends.splice(0)) end();
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  const next = app.request('/');
  for (const end of ends) end();
  expect((await next).status).toBe(200);
  for (let i = 0; i < 2; i++) expect((await app.request('/fails')).status).toBe(500);
});
