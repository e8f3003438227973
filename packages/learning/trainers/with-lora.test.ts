import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { tinyModel, withModel } from './testing/tiny.ts';
import { replaceParameters, trainedParameters, withLora } from './with-lora.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const lora = { rank: 2, alpha: 4 };
const adapt = (seed = 1) =>
  withModel(tinyModel('reward_model'), ({ decoder }) => {
    const adapted = withLora(decoder, lora, RandomGenerator.fromSeed(seed));
    const shares = Object.entries(decoder.parameters).every(([name, tensor]) => adapted.parameters[name] === tensor);
    const trained = trainedParameters(adapted);
    const names = Object.keys(trained);
    const own = names.filter((name) => name.includes('lora')).map((name) => trained[name] as tf.Tensor);
    const values = own.flatMap((tensor) => [...tensor.dataSync()]);
    tf.dispose(own);
    return { shares, names, values };
  });

describe('withLora', () => {
  it("stands on the base's own tensors", () => {
    expect(adapt().shares).toBe(true);
  });

  it('trains two adapters beside each of the four products of a block, and the scalar head', () => {
    const { names } = adapt();
    expect(names.length).toBe(2 * 4 * 2 + 1);
    expect(names).toContain('h.1.mlp.c_proj.lora_B');
    expect(names).toContain('score.weight');
  });

  it('follows from the seed', () => {
    expect(adapt().values).toEqual(adapt().values);
    expect(adapt(2).values).not.toEqual(adapt().values);
  });

  it('without it every parameter is trained', () => {
    withModel(tinyModel('policy'), ({ decoder }) => expect(trainedParameters(decoder)).toEqual(decoder.parameters));
  });
});

describe('replaceParameters', () => {
  it('frees what it replaces and leaves the others', () => {
    const before = tf.memory().numTensors;
    withModel(tinyModel('policy'), ({ decoder }) => {
      const { 'wte.weight': other } = decoder.parameters;
      replaceParameters(decoder, { 'ln_f.bias': tf.ones([16]) });
      expect([...(decoder.parameters['ln_f.bias']?.dataSync() ?? [])]).toEqual(Array.from({ length: 16 }, () => 1));
      expect(decoder.parameters['wte.weight']).toBe(other);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
