import { ApiError, Laurel } from '@laurel/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
import { memoryOf } from '../process-memory.ts';
import { type Home, makeHome } from './temporary-service.ts';
import { tinyMaterial } from './tiny-material.ts';

const material = tinyMaterial();
let home: Home;
let service: Service;
let laurel: Laurel;

beforeAll(async () => {
  home = await makeHome();
  service = await home.start();
  laurel = service.laurel;
});

afterAll(async () => {
  await service?.stop();
  await home?.remove();
});

/** The error of a call that must fail. */
async function refusal(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(() => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('uploads', () => {
  const comparison = material.comparisons[0] as { summaries: { text: string }[] };
  const sameTwice = { ...comparison, summaries: [comparison.summaries[0], comparison.summaries[0]] };
  const good = JSON.stringify(comparison);

  test.each([
    ['not JSON', `${good}\n{"info":`, { line: 2 }],
    ['a wrong field', JSON.stringify({ ...comparison, chioce: 1 }), { line: 1, pointer: '/chioce' }],
    ['a choice out of range', JSON.stringify({ ...comparison, choice: 2 }), { line: 1, pointer: '/choice' }],
    ['identical summaries', JSON.stringify(sameTwice), { line: 1, pointer: expect.stringContaining('/summaries') }],
  ])('%s is refused with its line', async (_, content, where) => {
    const error = await refusal(laurel.datasets.upload({ kind: 'comparisons', name: 'bad' }, content));
    expect(error.status).toBe(422);
    expect(error.errors[0]).toMatchObject(where);
  });

  test('an empty file', async () => {
    expect((await refusal(laurel.datasets.upload({ kind: 'text', name: 'empty' }, ''))).status).toBe(422);
  });

  test('a line of a gigabyte is refused, and is never in memory as a whole', async () => {
    const mebibyte = new Uint8Array(2 ** 20).fill(97);
    async function* endless() {
      yield '{"text":"';
      for (let sent = 0; sent < 1024; sent++) yield mebibyte;
    }
    const peakBefore = (await memoryOf(service.process.pid)).peak;
    const error = await refusal(laurel.datasets.upload({ kind: 'text', name: 'huge' }, endless()));
    expect(error.status).toBe(422);
    expect(error.errors[0]).toMatchObject({ line: 1 });
    expect((await memoryOf(service.process.pid)).peak - peakBefore).toBeLessThan(256);
  });

  test('none of them left anything behind', async () => {
    expect((await laurel.datasets.list().page()).data).toEqual([]);
  });
});

describe('jobs', () => {
  const { settings } = material;
  const spec = { type: 'pretrain', output_model: 'base', ...settings.pretrain } as const;
  const unknown = (prefix: string) => `${prefix}_${'0'.repeat(26)}`;

  test('a dataset that does not exist is named by its place', async () => {
    const error = await refusal(laurel.jobs.create({ ...spec, dataset: unknown('ds') }));
    expect([404, 422]).toContain(error.status);
    expect(error.errors[0]).toMatchObject({ pointer: '/dataset' });
  });

  test('a dataset of another kind', async () => {
    const { id } = await laurel.datasets.upload({ kind: 'comparisons', name: 'wrong kind' }, material.comparisons);
    const error = await refusal(laurel.jobs.create({ ...spec, dataset: id }));
    expect(error.status).toBe(422);
    expect(error.errors[0]).toMatchObject({ pointer: '/dataset' });
  });

  test('a policy whose reward model is missing', async () => {
    const { id } = await laurel.datasets.upload({ kind: 'demonstrations', name: 'good' }, material.demonstrations);
    const ppo = {
      type: 'ppo',
      output_model: 'policy',
      policy: unknown('mv'),
      reward_model: unknown('mv'),
      dataset: id,
    } as const;
    const error = await refusal(laurel.jobs.create(ppo));
    expect([404, 422]).toContain(error.status);
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/policy', '/reward_model']));
  });

  test('a shape that cannot be is refused before anything is trained', async () => {
    const dataset = unknown('ds');
    const error = await refusal(laurel.jobs.create({ ...spec, dataset, vocabulary_size: -1 }));
    expect(error.errors[0]).toMatchObject({ pointer: '/vocabulary_size' });
  });

  test('unknown jobs, models and endpoints', async () => {
    for (const call of [
      laurel.jobs.get(unknown('job')),
      laurel.models.version(unknown('mv')),
      laurel.endpoints.score(unknown('ep'), { items: [{ prompt: 'A post.', completions: ['One.'] }] }),
    ]) {
      expect((await refusal(call)).status).toBe(404);
    }
  });

  test('a key that does not exist', async () => {
    const stranger = new Laurel({ baseUrl: service.baseUrl, apiKey: 'lk_stranger' });
    expect((await refusal(stranger.jobs.list().page())).status).toBe(401);
  });
});

test('after all this the service is well', async () => {
  expect(await laurel.health()).toMatchObject({ status: 'ok' });
});
