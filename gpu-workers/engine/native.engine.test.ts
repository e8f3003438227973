import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadEngine } from './native.ts';

afterEach(() => vi.unstubAllEnvs());

describe('loadEngine', () => {
  it('loads our ops in the precision asked for', async () => {
    vi.stubEnv('LAUREL_PRECISION', 'float32');
    const engine = await loadEngine();
    expect([engine.grade, engine.precision, engine.kernels.precision]).toEqual(['fused', 'float32', 'float32']);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it.each(['libtensorflow', 'javascript'] as const)('stops at %s when told to', async (grade) => {
    vi.stubEnv('LAUREL_ENGINE', grade);
    expect((await loadEngine()).grade).toBe(grade);
    expect(tf.getBackend()).toBe(grade === 'javascript' ? 'cpu' : 'tensorflow');
  });

  it('refuses a setting that it does not know, naming the choices', async () => {
    vi.stubEnv('LAUREL_PRECISION', 'float8');
    await expect(loadEngine()).rejects.toThrow('LAUREL_PRECISION is float8; it can be float32, bfloat16');
  });
});
