import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test('nothing given: the generated corpus, seed 1, and it keeps serving', () => {
  expect(readArguments([])).toEqual({ once: false, data: undefined, seed: 1 });
});

test('everything given', () => {
  expect(readArguments(['--once', '--data', 'folder', '--seed', '7'])).toEqual({ once: true, data: 'folder', seed: 7 });
});

test.each([['--seed', 'seven'], ['--seed', '1.5'], ['--dat', 'x'], ['x']])('%s %s shows the usage', (...argv) => {
  expect(() => readArguments(argv.filter(Boolean))).toThrow('Usage: npm run demo');
});
