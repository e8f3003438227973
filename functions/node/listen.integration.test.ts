import { once } from 'node:events';
import { connect } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppEnv } from '../http/app.ts';
import { hangUp, type Listening, listen } from './listen.ts';

let listening: Listening;
beforeAll(async () => {
  listening = await listen('127.0.0.1', 0);
  listening.answerWith(new OpenAPIHono<AppEnv>(), () => false);
});
afterAll(() => hangUp(listening.server));

/** Sends bytes and reads all that comes. */
async function say(text: string): Promise<string> {
  const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test.each([
  ['no request', 'Hello?\r\n\r\n', 400, 'malformed'],
  ['a host that cannot be', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400, 'malformed'],
  ['an address that cannot be', 'GET \\ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'malformed'],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: a\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'too_large'],
])('%s is answered with a problem', async (_, text, status, code) => {
  const answer = await say(text);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({
    status,
    code,
    request_id: expect.stringMatching(/^req_/),
  });
});
