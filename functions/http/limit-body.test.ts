import { Problem } from '@laurel/contracts';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { limitBody } from './limit-body.ts';

const app = new Hono();
app.onError((error, c) => c.text('', error instanceof Problem && error.status === 413 ? 413 : 500));
app.post('/', limitBody(10), async (c) => c.text(await c.req.text()));

const inPieces = (text: string) =>
  new ReadableStream({
    start(controller) {
      for (const character of text) controller.enqueue(Buffer.from(character));
      controller.close();
    },
  });

test.each([
  ['told', '1234567890', { 'content-length': '10' }, 200],
  ['told, and too large', '12345678901', { 'content-length': '11' }, 413],
  ['not told', '1234567890', {}, 200],
  ['not told, and too large', '12345678901', {}, 413],
  [
    'told beside a transfer in chunks, which counts',
    '12345678901',
    { 'content-length': '1', 'transfer-encoding': 'chunked' },
    413,
  ],
])('a length that is %s', async (_, text, headers, status) => {
  const init = { method: 'POST', headers, body: inPieces(text), duplex: 'half' };
  const response = await app.request('/', init);
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(status === 200 ? text : '');
});
