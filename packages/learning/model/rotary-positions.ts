import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, RotaryConfig } from './model-config.ts';

/** Cosine and sine of each position's angles, row by row. [N, size/2] each. */
export interface RotaryTables {
  cosines: Float32Array;
  sines: Float32Array;
}

/**
 * θ_i = theta^(−2i / size) (Su et al. 2021, section 3.2.2), radians a position. [size/2]. Llama 3.1 divides those by `factor` that turn less
 * than `low_freq_factor` times in the original context, leaves those that turn more than `high_freq_factor` times, and
 * blends in between (transformers, `_compute_llama3_parameters`).
 */
export function rotaryFrequencies({ size, theta, scaling }: RotaryConfig): Float32Array {
  return Float32Array.from({ length: size / 2 }, (_, i) => {
    const frequency = theta ** ((-2 * i) / size);
    if (!scaling) return frequency;
    const turns = (scaling.original_max_position_embeddings * frequency) / (2 * Math.PI);
    const { low_freq_factor: low, high_freq_factor: high } = scaling;
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return frequency * (kept + (1 - kept) / scaling.factor);
  });
}

/** The tables that turn queries and keys at these positions. Angles are float32 products, as transformers computes them. */
export function rotaryTables(rotary: RotaryConfig, positions: Int32Array): RotaryTables {
  const frequencies = rotaryFrequencies(rotary);
  const half = frequencies.length;
  const cosines = new Float32Array(positions.length * half);
  const sines = new Float32Array(positions.length * half);
  positions.forEach((position, n) => {
    frequencies.forEach((frequency, i) => {
      const angle = Math.fround(position * frequency);
      cosines[n * half + i] = Math.cos(angle);
      sines[n * half + i] = Math.sin(angle);
    });
  });
  return { cosines, sines };
}

/**
 * Rotary position embedding of queries and keys, in a row of queries, keys and values side by side: a function [N, Q] → [N, Q].
 * Feature i of a head turns with feature i + size/2 (GPT-NeoX's halves, not the paper's neighbours); features from `size` on
 * stay. Returns its argument where positions are learned. Its tables are made at once: call it within the tidy that uses it.
 */
export function rotaryPositions(
  { rotary, n_head, n_kv_head, head_size }: ModelConfig,
  positions: Int32Array,
): (queriesKeysValues: Tensor2D) => Tensor2D {
  if (!rotary) return (queriesKeysValues) => queriesKeysValues;
  const [count, turned, half] = [positions.length, n_head + n_kv_head, rotary.size / 2];
  const tables = rotaryTables(rotary, positions);
  const cosines = tf.tensor3d(tables.cosines, [count, 1, half]);
  const sines = tf.tensor3d(tables.sines, [count, 1, half]);
  return (queriesKeysValues) => {
    const heads: Tensor3D = tf.reshape(queriesKeysValues, [count, -1, head_size]); // [N, H + 2K, d]
    const features = (start: number, end: number) => tf.slice(heads, [0, 0, start], [count, turned, end - start]);
    const [first, second] = [features(0, half), features(half, rotary.size)]; // [N, H + K, size/2] each
    const turnedHeads = tf.concat(
      [
        tf.sub(tf.mul(first, cosines), tf.mul(second, sines)),
        tf.add(tf.mul(second, cosines), tf.mul(first, sines)),
        ...(rotary.size < head_size ? [features(rotary.size, head_size)] : []),
      ],
      2,
    );
    const values = tf.slice(heads, [0, turned, 0], [count, n_kv_head, head_size]);
    return tf.reshape(tf.concat([turnedHeads, values], 1), queriesKeysValues.shape);
  };
}
