import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { problemDetails } from '@laurel/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AppEnv } from '../http/app.ts';
import { refuseFlood } from './refuse-flood.ts';

const lines: string[] = [];
const taken: ServerResponse[] = [];
const server = createServer();
let url: string;

beforeEach(async () => {
  const app = new OpenAPIHono<AppEnv>();
  for (const [path, scope] of [
    ['/v1/endpoints/{id}/score', 'score'],
    ['/cohere/v2/rerank', 'score'],
    ['/v1/endpoints/{id}', 'endpoints:write'],
  ] as const) {
    app.openAPIRegistry.registerPath(
      createRoute({ method: 'post', path, security: [{ apiKey: [scope] }], responses: {} }),
    );
  }
  const refuse = refuseFlood(app, ['https://console.example.com'], pino({}, { write: (line) => lines.push(line) }), 2);
  server.on('request', (request, response) => {
    if (!refuse(request, response)) taken.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const post = (path: string, headers = {}) => fetch(url + path, { method: 'POST', body: 'some text', headers });

test('what comes while the engine is asked too much is refused in good form; who ends or goes away makes room', async () => {
  const leaving = new AbortController();
  const first = post('/v1/endpoints/end_1/score?a=b');
  await vi.waitFor(() => expect(taken).toHaveLength(1));
  const left = fetch(`${url}/v1/endpoints/end_2/score`, { method: 'POST', signal: leaving.signal });
  await vi.waitFor(() => expect(taken).toHaveLength(2));

  const refused = await post('/cohere/v2/rerank', { origin: 'https://console.example.com' });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('access-control-allow-origin')).toBe('https://console.example.com');
  const body = await refused.json();
  const problem = problemDetails.parse(body);
  expect(problem).toMatchObject({ code: 'busy', instance: '/cohere/v2/rerank' });
  expect(problem.request_id).toBe(refused.headers.get('x-request-id'));
  expect(body).toMatchObject({ message: problem.detail }); // where Cohere's clients look
  expect((await post('/cohere/v2/rerank', { origin: 'https://a.example' })).headers.has('vary')).toBe(false);

  const others = [post('/v1/endpoints/end_1'), fetch(`${url}/v1/endpoints/end_1/score`)]; // these ask no engine
  await vi.waitFor(() => expect(taken).toHaveLength(4));

  const bothGone = Promise.all(taken.slice(0, 2).map((response) => once(response, 'close')));
  leaving.abort();
  await expect(left).rejects.toThrow('aborted');
  taken[0]?.end();
  await Promise.all([first, bothGone]);
  const next = [post('/v1/endpoints/end_1/score'), post('/v1/endpoints/end_1/score')];
  await vi.waitFor(() => expect(taken).toHaveLength(6));
  for (const response of taken) response.end();
  await Promise.all([...others, ...next]);
  await vi.waitFor(() => expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ refused: 2 }), 5000);
});
