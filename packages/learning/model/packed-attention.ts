import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './model-config.ts';
import type { PackedBatch } from './packed-batch.ts';

/** Added to the score of a token that must not be seen; its weight becomes exactly 0, for exp underflows. */
export const UNSEEN = -1e9;

/** A segment that continues none and those that continue it: they see nothing outside. */
interface AttentionGroup {
  start: number;
  length: number;
  /** 0 where row may see column, UNSEEN elsewhere. [G, G] */
  mask: Tensor2D;
}

type HeadSizes = Pick<ModelConfig, 'n_head' | 'n_kv_head' | 'head_size'>;

/**
 * Multi-head causal attention over a packed batch (Vaswani et al. 2017, section 3.2), group by group: a token sees its own
 * segment up to itself and all of the segment that its own continues. Returns a function from queries, keys and values
 * side by side [N, Q] to mixed values [N, H·d]. Its masks are made at once: call it within the tidy that uses it.
 */
export function packedAttention(batch: PackedBatch, sizes: HeadSizes): (queriesKeysValues: Tensor2D) => Tensor2D {
  const { n_head, n_kv_head, head_size } = sizes;
  const sharing = n_head / n_kv_head; // heads of queries that share one of keys and values (Ainslie et al. 2023): M
  const groups = attentionGroups(batch).map((group) => ({ ...group, mask: tf.tile(group.mask, [sharing, 1]) }));
  return (queriesKeysValues) => {
    const mixed = groups.map(({ start, length, mask }) => {
      const own = tf.slice(queriesKeysValues, [start, 0], [length, -1]); // [G, Q]
      const { queries, keys, values } = splitHeads(own, sizes); // [G, H, d], [G, K, d] twice
      const rows = tf.reshape(byHead(queries), [n_kv_head, sharing * length, head_size]); // [K, M·G, d]
      const result = attention(rows, byHead(keys), byHead(values), mask); // [K, M·G, d]
      return joinHeads(tf.reshape(result, [n_head, length, head_size])); // [G, H·d]
    });
    return mixed.length === 1 ? (mixed[0] as Tensor2D) : tf.concat(mixed, 0);
  };
}

/** softmax(Q Kᵀ / √d + mask) V. `mask` broadcasts over what stands before the last two axes. */
export function attention<T extends tf.Tensor>(queries: T, keys: T, values: T, mask: tf.Tensor): T {
  const scale = 1 / Math.sqrt(queries.shape.at(-1) as number);
  const scores = tf.add(tf.mul(tf.matMul(queries, keys, false, true), scale), mask);
  return tf.matMul(tf.softmax(scores), values);
}

/** Queries, keys and values side by side, by head: [N, Q] → [N, H, d], [N, K, d], [N, K, d]. */
export function splitHeads(
  queriesKeysValues: Tensor2D,
  { n_head, n_kv_head, head_size }: HeadSizes,
): { queries: Tensor3D; keys: Tensor3D; values: Tensor3D } {
  const heads = tf.reshape(queriesKeysValues, [queriesKeysValues.shape[0], n_head + 2 * n_kv_head, head_size]);
  const [queries, keys, values] = tf.split(heads, [n_head, n_kv_head, n_kv_head], 1) as [Tensor3D, Tensor3D, Tensor3D];
  return { queries, keys, values };
}

/** [G, H, d] → [H, G, d], and back. */
const byHead = (rows: Tensor3D): Tensor3D => tf.transpose(rows, [1, 0, 2]);

/** [H, G, d] → [G, H·d]. */
function joinHeads(mixed: Tensor3D): Tensor2D {
  const [heads, length, size] = mixed.shape;
  return tf.reshape(byHead(mixed), [length, heads * size]);
}

function attentionGroups({ segments }: PackedBatch): AttentionGroup[] {
  const groups: { start: number; length: number; segments: { start: number; length: number }[] }[] = [];
  for (let s = 0; s < segments.length; s += 3) {
    const [start = 0, length = 0, parent = -1] = segments.subarray(s, s + 3);
    if (parent < 0) groups.push({ start, length: 0, segments: [] });
    const group = groups.at(-1);
    if (!group) throw new Error(`segment ${s / 3} continues segment ${parent}, which does not stand before it`);
    group.segments.push({ start: start - group.start, length });
    group.length += length;
  }
  return groups
    .filter((group) => group.length > 0)
    .map((group) => ({ start: group.start, length: group.length, mask: groupMask(group) }));
}

function groupMask(group: { length: number; segments: { start: number; length: number }[] }): Tensor2D {
  const mask = new Float32Array(group.length ** 2).fill(UNSEEN);
  const parentLength = group.segments[0]?.length ?? 0;
  for (const { start, length } of group.segments)
    for (let row = start; row < start + length; row++) {
      mask.fill(0, row * group.length, row * group.length + Math.min(parentLength, row + 1));
      mask.fill(0, row * group.length + start, row * group.length + row + 1);
    }
  return tf.tensor2d(mask, [group.length, group.length]);
}
