import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { mergeLora } from './lora.ts';
import { gpt2Config } from './model-config.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const config = gpt2Config({ vocab_size: 3, n_positions: 2, n_embd: 2, n_layer: 1, n_head: 1 });

it('mergeLora adds alpha / rank times A·B to the weight, and drops the adapters', () => {
  const before = tf.memory().numTensors;
  const parameters = {
    'h.0.attn.c_proj.weight': tf.tensor2d([[1, 2], [3, 4]]), // biome-ignore format: a matrix
    'h.0.attn.c_proj.bias': tf.tensor1d([5, 6]),
    'h.0.attn.c_proj.lora_A': tf.tensor2d([[1], [10]]),
    'h.0.attn.c_proj.lora_B': tf.tensor2d([[0.5, 1]]),
  };
  const merged = mergeLora({ config, parameters, lora: { rank: 1, alpha: 2 } });
  expect(merged.lora).toBeUndefined();
  expect(Object.keys(merged.parameters)).toEqual(['h.0.attn.c_proj.weight', 'h.0.attn.c_proj.bias']);
  expect([...(merged.parameters['h.0.attn.c_proj.weight']?.dataSync() ?? [])]).toEqual([2, 4, 13, 24]);
  expect([...(merged.parameters['h.0.attn.c_proj.bias']?.dataSync() ?? [])]).toEqual([5, 6]);
  tf.dispose([merged.parameters, parameters]);
  expect(tf.memory().numTensors).toBe(before);
});
