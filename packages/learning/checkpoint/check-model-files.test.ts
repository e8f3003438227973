import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { portableKernels } from '../model/portable-kernels.ts';
import { tinyModel, withModel } from '../trainers/testing/tiny.ts';
import { checkModelFiles } from './check-model-files.ts';
import { writeModelFiles } from './model-files.ts';

test.each(['base', 'policy', 'reward_model'] as const)('a %s computes a short text, and leaves no tensors', (kind) => {
  const files = tinyModel(kind);
  const before = tf.memory().numTensors;
  const { kind: found, parameters } = checkModelFiles(portableKernels, files);
  expect(found).toBe(kind);
  expect(parameters).toBeGreaterThan(10_000);
  expect(tf.memory().numTensors).toBe(before);
});

test('weights that are not finite are named, and no tensors are left', () => {
  const files = withModel(tinyModel('policy'), (model) => {
    const { 'ln_f.bias': bias, ...parameters } = model.decoder.parameters;
    const spoilt = tf.fill(bias?.shape ?? [], Number.NaN);
    const written = writeModelFiles({
      ...model,
      decoder: { ...model.decoder, parameters: { ...parameters, 'ln_f.bias': spoilt } },
    });
    spoilt.dispose();
    return written;
  });
  const before = tf.memory().numTensors;
  expect(() => checkModelFiles(portableKernels, files)).toThrow(/not finite/);
  expect(tf.memory().numTensors).toBe(before);
});

test('a missing file is named', () => {
  const { 'tokenizer.json': _, ...files } = tinyModel('policy');
  expect(() => checkModelFiles(portableKernels, files)).toThrow(/tokenizer\.json/);
});
