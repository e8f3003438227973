import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { familyConfig } from './family-config.ts';
import { rotaryFrequencies, rotaryPositions } from './rotary-positions.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const size = { vocab_size: 1, n_positions: 8, n_embd: 4, n_layer: 1, n_head: 1, n_kv_head: 1 };
const config = familyConfig('llama', size);

describe('rotaryFrequencies', () => {
  it('fall from 1 by equal factors', () => {
    const frequencies = rotaryFrequencies({ size: 8, theta: 10_000, scaling: null });
    [1, 0.1, 0.01, 0.001].forEach((expected, i) => {
      expect(frequencies[i]).toBeCloseTo(expected, 7);
    });
  });

  it('of Llama 3.1 are kept where they turn often, divided where seldom, and blended between', () => {
    const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 };
    // Turns in 32 positions: 5.1, 1.6 and two below 1.
    const [first, second, third, fourth] = rotaryFrequencies({ size: 8, theta: 100, scaling });
    const [f2, f3, f4] = [100 ** -0.25, 0.1, 100 ** -0.75] as const;
    const kept = ((32 * f2) / (2 * Math.PI) - 1) / 3;
    expect(first).toBe(1);
    expect(second).toBeCloseTo(kept * f2 + ((1 - kept) * f2) / 8, 7);
    expect(third).toBeCloseTo(f3 / 8, 7);
    expect(fourth).toBeCloseTo(f4 / 8, 7);
  });
});

describe('rotaryPositions', () => {
  const row = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]; // a query, a key and a value of 4 features
  const turn = (rotary: typeof config.rotary, position: number) =>
    tf.tidy(() => [...rotaryPositions({ ...config, rotary }, Int32Array.of(position))(tf.tensor2d([row])).dataSync()]);
  const [cos, sin] = [Math.cos(3), Math.sin(3)];

  it('turn feature i with feature i + size / 2 of queries and keys, and leave values', () => {
    const turned = turn({ size: 4, theta: 1, scaling: null }, 3);
    const half = (a: number, b: number) => [a * cos - b * sin, b * cos + a * sin] as const;
    const [pairs, keys] = [
      [half(1, 3), half(2, 4)],
      [half(5, 7), half(6, 8)],
    ] as const;
    const heads = [pairs, keys].flatMap(([first, second]) => [first[0], second[0], first[1], second[1]]);
    [...heads, 9, 10, 11, 12].forEach((expected, i) => {
      expect(turned[i]).toBeCloseTo(expected, 5);
    });
  });

  it('leave the features from `size` on, and everything at position 0 or where positions are learned', () => {
    const [a = 0, b = 0, ...rest] = turn({ size: 2, theta: 1, scaling: null }, 3);
    expect(a).toBeCloseTo(cos - 2 * sin, 5);
    expect(b).toBeCloseTo(2 * cos + sin, 5);
    expect(rest.slice(0, 2)).toEqual([3, 4]);
    expect(turn({ size: 4, theta: 1, scaling: null }, 0)).toEqual(row);
    expect(turn(null, 3)).toEqual(row);
  });
});
