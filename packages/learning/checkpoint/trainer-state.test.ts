import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTrainerState, writeTrainerState } from './trainer-state.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('trainer state', () => {
  const files = writeTrainerState({
    progress: { step: 3, random: '0123' },
    tensors: { firstMoments: { 'wte.weight': tf.tensor2d([[0.1, -0.2]]) }, secondMoments: { b: tf.tensor1d([1e-30]) } },
  });

  it('comes back bit for bit', () => {
    const { progress, tensors } = readTrainerState(files);
    expect(progress).toEqual({ step: 3, random: '0123' });
    expect(tensors.firstMoments?.['wte.weight']?.shape).toEqual([1, 2]);
    expect(tensors.firstMoments?.['wte.weight']?.dataSync()).toEqual(Float32Array.of(0.1, -0.2));
    expect(tensors.secondMoments?.b?.dataSync()).toEqual(Float32Array.of(1e-30));
  });

  it('names the file that is missing', () => {
    const { 'trainer.safetensors': _, ...rest } = files;
    expect(() => readTrainerState(rest)).toThrow('the checkpoint has no trainer.safetensors');
  });
});
