import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { hashes, writeExports } from './exports.ts';
import { readJson } from './fixtures.ts';

it('writes, byte for byte, the models that transformers loaded and computed the same with (check-exports.py)', async () => {
  await tf.setBackend('cpu');
  // Another file is not wrong, but nobody has loaded it: `npm run parity -- --record` does, and records these.
  expect(hashes(writeExports())).toEqual(readJson('exports.json'));
});
