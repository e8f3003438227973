import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { gpt2Config } from './model-config.ts';
import {
  copyParameters,
  countParameters,
  disposeParameters,
  initialiseParameters,
  initialiseRewardHead,
  parameter,
} from './parameters.ts';

const config = gpt2Config({ vocab_size: 40, n_positions: 8, n_embd: 32, n_layer: 2, n_head: 4 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function deviation(tensor: tf.Tensor): number {
  const values = tensor.dataSync<'float32'>();
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

describe('initialiseParameters', () => {
  it('has GPT-2’s parameters', () => {
    const parameters = initialiseParameters(config, RandomGenerator.fromSeed(1));
    // Embeddings, 12 D² + 13 D a block, the final norm.
    expect(countParameters(parameters)).toBe(48 * 32 + 2 * (12 * 32 ** 2 + 13 * 32) + 64);
    expect(parameters['h.1.mlp.c_proj.weight']?.shape).toEqual([128, 32]);
    expect(deviation(parameter(parameters, 'wte.weight'))).toBeCloseTo(0.02, 3);
    expect(deviation(parameter(parameters, 'h.0.mlp.c_fc.weight'))).toBeCloseTo(0.02, 3);
    expect(deviation(parameter(parameters, 'h.0.mlp.c_proj.weight'))).toBeCloseTo(0.01, 3); // 1/√(2·2)
    expect([...parameter(parameters, 'h.0.ln_1.weight').dataSync()]).toEqual(Array(32).fill(1));
    expect(deviation(parameter(parameters, 'h.0.attn.c_attn.bias'))).toBe(0);
    disposeParameters(parameters);
  });

  it('depends on the seed alone', () => {
    const [first, second] = [1, 1].map((seed) => initialiseParameters(config, RandomGenerator.fromSeed(seed)));
    expect(first?.['wte.weight']?.dataSync()).toEqual(second?.['wte.weight']?.dataSync());
  });

  it('refuses heads that do not divide the width', () => {
    expect(() => initialiseParameters(gpt2Config({ ...config, n_head: 5 }), RandomGenerator.fromSeed(1))).toThrow(
      'width 32 cannot be divided into 5 heads',
    );
  });
});

describe('detail 6: head initialisation', () => {
  it('is normal with standard deviation 1/√(D + 1)', () => {
    const head = parameter(initialiseRewardHead(4095, RandomGenerator.fromSeed(1)), 'score.weight');
    expect(head.shape).toEqual([1, 4095]);
    expect(deviation(head) * Math.sqrt(4096)).toBeCloseTo(1, 1);
  });
});

it('copies share no buffer', () => {
  const original = { a: tf.tensor1d([1, 2]) };
  const copy = copyParameters(original);
  (original.a.dataSync() as Float32Array)[0] = 9; // the CPU backend hands out its own buffer
  expect([...parameter(copy, 'a').dataSync()]).toEqual([1, 2]);
  disposeParameters(original);
  expect([...parameter(copy, 'a').dataSync()]).toEqual([1, 2]);
});

it('a missing parameter is named', () => {
  expect(() => parameter({}, 'ln_f.bias')).toThrow('no parameter ln_f.bias');
});
