import { beforeEach, expect, test, vi } from 'vitest';
import { Recent } from './recent.ts';

let nowMs = 0;
let recent: Recent;
beforeEach(() => {
  nowMs = 0;
  recent = new Recent(() => new Date(nowMs));
});
const always = () => true;

test('is looked up once a second, by all who ask at once together', async () => {
  const look = vi.fn<() => Promise<string>>(async () => 'found');
  expect(await Promise.all([recent.find('a', look, always), recent.find('a', look, always)])).toEqual([
    'found',
    'found',
  ]);
  nowMs = 999;
  await recent.find('a', look, always);
  expect(look).toHaveBeenCalledTimes(1);
  await recent.find('b', look, always);
  nowMs = 1000;
  await recent.find('a', look, always);
  expect(look).toHaveBeenCalledTimes(3);
});

test('a query, which is run each time that it is awaited, is run once', async () => {
  let runs = 0;
  const run = (promise: Promise<string>) => {
    runs++;
    return promise.then.bind(promise);
  };
  const query = new Proxy(Promise.resolve('found'), { get: run });
  for (let i = 0; i < 3; i++) expect(await recent.find('a', () => query, always)).toBe('found');
  expect(runs).toBe(1);
});

test('a change makes it forget, also what is still being looked up', async () => {
  let tell: (value: string) => void = () => {};
  const old = recent.find('a', () => new Promise<string>((resolve) => (tell = resolve)), always);
  recent.forget();
  const fresh = recent.find('a', async () => 'new', always);
  tell('old');
  expect([await old, await fresh, await recent.find('a', async () => 'newer', always)]).toEqual(['old', 'new', 'new']);
});

test('what is not to be kept, and what failed, is looked up again', async () => {
  const look = vi.fn<() => Promise<undefined>>(async () => undefined);
  for (let i = 0; i < 2; i++) await recent.find('a', look, (value) => value !== undefined);
  expect(look).toHaveBeenCalledTimes(2);
  await expect(recent.find('b', () => Promise.reject(new Error('away')), always)).rejects.toThrow('away');
  expect(await recent.find('b', async () => 'there', always)).toBe('there');
});
