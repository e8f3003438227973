import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem, type ServeScoreRequest } from '@laurel/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpServing } from './http-serving.ts';

/** An engine that objects to everything. */
let objection: Problem;
const engine = createServer((_, response) => {
  const { status, code, message: detail } = objection;
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ status, code, detail }));
});
let serving: HttpServing;
beforeAll(async () => {
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  serving = new HttpServing(() => ({ url, token: 'token' }));
});
afterAll(() => void engine.close());

const score = () => serving.score({} as ServeScoreRequest);

test.each([
  [422, 'too_long'],
  [503, 'busy'],
  [500, 'model_damaged'],
  [404, 'model_not_found'],
])('an answer of %i, %s, is for the caller', async (status, code) => {
  objection = new Problem(status, code, 'why');
  await expect(score()).rejects.toMatchObject({ status, code, message: 'why' });
});

test.each([
  [500, 'internal_error'],
  [404, 'no_such_route'],
])('an answer of %i, %s, is not', async (status, code) => {
  objection = new Problem(status, code, 'why');
  await expect(score()).rejects.not.toBeInstanceOf(Problem);
});
