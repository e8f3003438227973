import type { Decoder, PackedBatch } from '@laurel/learning';
import { type AttentionHandles, type BlockHandles, blockHandles, DecoderOps } from './decoder-ops.ts';
import { type ElementType, FLOAT, type Handle, HandleScope } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** A packed batch in the engine. */
export interface BatchHandles {
  tokens: Handle;
  positions: Handle;
  segments: Handle;
}

export function batchHandles(scope: HandleScope, { tokens, positions, segments }: PackedBatch): BatchHandles {
  return {
    tokens: scope.ints(tokens),
    positions: scope.ints(positions),
    segments: scope.ints(segments, [segments.length / 3, 3]),
  };
}

/** What one block computed on its way, beside its attention. */
interface Computed {
  input: Handle; // [N, D]
  normedInput: Handle; // [N, D]
  inputStats: Handle; // [N, 2]
  qkv: Handle; // [N, 3D], without bias
  attended: Handle; // [N, D]
  normedAttended: Handle; // [N, D]
  attendedStats: Handle; // [N, 2]
  inner: Handle; // [N, 4D], before bias and GELU
  activated: Handle; // [N, 4D]
}

/** All that the gradient of a block reads. */
export type BlockActivations = Computed & AttentionHandles;

/** One block over the residual stream; `mix` is its attention. Answers the new stream and all that was computed for it. */
export function blockForward<Mixture extends { mixed: Handle }>(
  ops: DecoderOps,
  input: Handle,
  weights: BlockHandles,
  mix: (qkv: Handle, bias: Handle) => Mixture,
): { output: Handle; activations: Computed & Mixture } {
  const { scope } = ops;
  const [normedInput, inputStats] = ops.layerNorm(input, weights['ln_1.weight'], weights['ln_1.bias']);
  const qkv = ops.product(normedInput, weights['attn.c_attn.weight']);
  const mixing = mix(qkv, weights['attn.c_attn.bias']);
  const projected = ops.product(mixing.mixed, weights['attn.c_proj.weight']);
  const attended = ops.biasResidual(input, projected, weights['attn.c_proj.bias']);
  const [normedAttended, attendedStats] = ops.layerNorm(attended, weights['ln_2.weight'], weights['ln_2.bias']);
  const inner = ops.product(normedAttended, weights['mlp.c_fc.weight']);
  const activated = ops.biasGelu(inner, weights['mlp.c_fc.bias']);
  const contracted = ops.product(activated, weights['mlp.c_proj.weight']);
  const output = ops.biasResidual(attended, contracted, weights['mlp.c_proj.bias']);
  scope.free(projected, contracted);
  const activations = {
    input,
    normedInput,
    inputStats,
    qkv,
    ...mixing,
    attended,
    normedAttended,
    attendedStats,
    inner,
    activated,
  };
  return { output, activations };
}

/**
 * All blocks over a packed batch. `unneeded` sees each block's activations and answers those to free.
 * @returns the residual stream after the last block. [N, D] float32
 */
export function blocksForward(
  decoder: Decoder,
  ops: DecoderOps,
  weights: WeightCache,
  batch: BatchHandles,
  unneeded: (activations: BlockActivations) => Handle[],
): Handle {
  let stream = ops.embed(batch.tokens, batch.positions);
  for (let layer = 0; layer < decoder.config.n_layer; layer++) {
    const { output, activations } = blockForward(ops, stream, blockHandles(decoder, layer, weights), (qkv, bias) =>
      ops.attention(qkv, bias, batch.segments),
    );
    ops.scope.free(...unneeded(activations));
    stream = output;
  }
  return stream;
}

/** Hidden states after the final layer norm at `rows`. [R, D] float32; the caller owns the handle. */
export function forward(
  decoder: Decoder,
  type: ElementType,
  weights: WeightCache,
  batch: PackedBatch,
  rows: Int32Array,
): Handle {
  const scope = new HandleScope();
  try {
    const ops = new DecoderOps(decoder, type, scope);
    const stream = blocksForward(decoder, ops, weights, batchHandles(scope, batch), Object.values);
    const [hidden] = ops.finalNorm(scope.gather(FLOAT, stream, scope.ints(rows)));
    return scope.release(hidden);
  } finally {
    scope.end();
  }
}
