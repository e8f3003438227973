import { ApiError, type Laurel } from '@laurel/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
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

  test('a line of a gigabyte is refused before it is read', async () => {
    const mebibyte = new Uint8Array(2 ** 20).fill(97);
    let sentMebibytes = 0;
    async function* endless() {
      yield '{"text":"';
      while (sentMebibytes++ < 1024) yield mebibyte;
    }
    await expect(laurel.datasets.upload({ kind: 'text', name: 'huge' }, endless())).rejects.toThrow();
    expect(sentMebibytes).toBeLessThan(100);
  });

  test('none of them left anything behind', async () => {
    expect((await laurel.datasets.list().page()).data).toEqual([]);
  });
});
