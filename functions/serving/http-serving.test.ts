import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem, type ServeGenerateRequest, type ServeScoreRequest } from '@laurel/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  serving = new HttpServing(() => ({ url, token: 'token' }), 0);
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

describe('an engine that goes away', () => {
  const answer = { items: [[{ raw: 1, score: 1, tokens: 2, truncated: false }]] };
  const delta = (text: string) => `${JSON.stringify({ delta: { prompt: 0, sample: 0, text } })}\n`;
  const whole = { answer: { prompts: [] } };
  /** What becomes of each request, one after the other; the last of all that follow. */
  let fates: ((response: ServerResponse) => void)[];
  let asked = 0;
  const fragile = createServer((request, response) => {
    request.resume();
    fates[Math.min(asked++, fates.length - 1)]?.(response);
  });
  let address: { url: string; token: string } | null;
  const patient = new HttpServing(() => address, 2_000);
  const die = (response: ServerResponse) => void response.destroy();
  const work = (response: ServerResponse) => void response.end(JSON.stringify(answer));
  beforeAll(async () => {
    await once(fragile.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => {
    asked = 0;
    address = { url: `http://127.0.0.1:${(fragile.address() as AddressInfo).port}`, token: 'token' };
  });
  afterAll(() => void fragile.close());

  test('is asked again', async () => {
    fates = [die, die, work];
    expect(await patient.score({} as ServeScoreRequest)).toEqual(answer);
  });

  test('tells where its time went', async () => {
    fates = [
      (response) => void response.setHeader('server-timing', 'queue;dur=1.5, model;dur=20').end(JSON.stringify(answer)),
    ];
    const times: Record<string, number> = {};
    await patient.score({} as ServeScoreRequest, undefined, (phase, ms) => {
      times[phase] = ms;
    });
    expect(times).toEqual({ queue: 1.5, model: 20 });
  });

  test('is waited for while it starts', async () => {
    const there = address;
    address = null;
    fates = [work];
    setTimeout(() => {
      address = there;
    }, 300);
    expect(await patient.score({} as ServeScoreRequest)).toEqual(answer);
  });

  test('is not asked for ever what it may die of', async () => {
    fates = [die];
    await expect(patient.score({} as ServeScoreRequest)).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(asked).toBe(3);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['before its answer', () => undefined],
    ['within it', (response) => void response.write('{"items"')],
  ])('is not waited for longer than the caller waits, %s', async (_, stall) => {
    fates = [stall];
    const late = patient.score({} as ServeScoreRequest, 100);
    await expect(late).rejects.toMatchObject({ status: 503, code: 'deadline_exceeded' });
  });

  test('goes on with a text where it broke off', async () => {
    fates = [
      (response) => response.write(delta('one '), () => response.destroy()),
      (response) => response.end(`${delta('one two')}${delta(' three')}${JSON.stringify(whole)}\n`),
    ];
    const told: unknown[] = [];
    for await (const news of patient.follow({} as ServeGenerateRequest)) told.push(news);
    const piece = (text: string) => ({ delta: { prompt: 0, sample: 0, text } });
    expect(told).toEqual([piece('one '), piece('two'), piece(' three'), whole]);
  });
});
