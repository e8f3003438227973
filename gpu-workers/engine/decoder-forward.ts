import { type Decoder, type PackedBatch, rotaryTables } from '@laurel/learning';
import type { BlockHandles } from './block-handles.ts';
import { type AttentionHandles, DecoderOps, type RotationHandles } from './decoder-ops.ts';
import { linear } from './linear.ts';
import { FLOAT, type Handle, HandleScope } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** A packed batch in the engine. */
export interface BatchHandles {
  /** N */
  count: number;
  tokens: Handle;
  positions: Handle;
  segments: Handle;
  /** Every row's number. [N] */
  allRows: Handle;
  /** null where positions are learned. */
  rotation: RotationHandles | null;
}

export function batchHandles(ops: DecoderOps, { tokens, positions, segments }: PackedBatch): BatchHandles {
  const { scope } = ops;
  return {
    count: tokens.length,
    tokens: scope.ints(tokens),
    positions: scope.ints(positions),
    segments: scope.ints(segments, [segments.length / 3, 3]),
    allRows: scope.ints(tokens.map((_, row) => row)),
    rotation: rotationHandles(ops, positions),
  };
}

/** The angles of rows at these positions; null where positions are learned. */
export function rotationHandles({ scope, decoder }: DecoderOps, positions: Int32Array): RotationHandles | null {
  const { rotary } = decoder.config;
  if (!rotary) return null;
  const { cosines, sines } = rotaryTables(rotary, positions);
  const shape = [positions.length, rotary.size / 2];
  return { cosines: scope.floats(cosines, shape), sines: scope.floats(sines, shape) };
}

/** Rows of a batch that are read after its last block: that block computes its attention and MLP for no others. */
export interface ReadRows {
  /** Each once, ascending. [U] */
  rows: Handle;
  count: number;
  /** Where among those each row asked for is. [R] */
  indices: Handle;
}

export function readRows({ scope }: DecoderOps, asked: Int32Array): ReadRows {
  const rows = [...new Set(asked)].sort((a, b) => a - b);
  const indexOf = new Map(rows.map((row, index) => [row, index]));
  const indices = asked.map((row) => indexOf.get(row) as number);
  return { rows: scope.ints(Int32Array.from(rows)), count: rows.length, indices: scope.ints(indices) };
}

/** How the rows of a block see each other. `qkv` [N, W] and its bias. */
type Mix<Mixture> = (qkv: Handle, bias: Handle) => Mixture;

/**
 * What one block computed on its way, beside its attention. N, D, E, F, P, W as in the native sources; U rows of the N go on after
 * attention: all of them, but in the last block.
 */
interface Computed {
  input: Handle; // [N, D]
  normedInput: Handle; // [N, D]
  inputStats: Handle; // [N, 2]
  /** As attention reads it: turned by its positions, and then with bias, or without bias. [N, W] */
  qkv: Handle;
  /** What the MLP's norm reads: the stream after attention or, with the parallel residual, before it. [U, D] */
  mlpInput: Handle;
  normedMlpInput: Handle; // [U, D]
  mlpInputStats: Handle; // [U, 2]
  inner: Handle; // [U, PF], before bias and activation
  activated: Handle; // [U, F]
}

/** All that the gradient of a block reads. */
export type BlockActivations = Computed & AttentionHandles;

/** Everything in a block but its last product. `goOn`: the rows that go on, if not all. `attended` is the stream after attention. [U, D] */
function throughActivation<Mixture extends { mixed: Handle }>(
  ops: DecoderOps,
  input: Handle,
  weights: BlockHandles,
  rotation: RotationHandles | null,
  mix: Mix<Mixture>,
  goOn?: Handle,
): { attended: Handle; activations: Computed & Mixture } {
  const { scope } = ops;
  const { normedInput, inputStats, qkv, bias } = queriesKeysValues(ops, input, weights, rotation);
  const mixing = mix(qkv, bias);
  const projected = linear(ops, weights, 'attn.c_proj', mixing.mixed);
  const before = goOn === undefined ? input : scope.gather(FLOAT, input, goOn);
  const attended = ops.biasResidual(before, projected, weights['attn.c_proj.bias']);
  scope.free(projected);
  const parallel = ops.decoder.config.parallel_residual;
  if (before !== input && !parallel) scope.free(before);
  const mlpInput = parallel ? before : attended;
  const [normedMlpInput, mlpInputStats] = ops.norm(mlpInput, weights['ln_2.weight'], weights['ln_2.bias']);
  const inner = linear(ops, weights, 'mlp.c_fc', normedMlpInput);
  const activated = ops.biasActivation(inner, weights['mlp.c_fc.bias']);
  const activations = {
    input,
    normedInput,
    inputStats,
    qkv,
    ...mixing,
    mlpInput,
    normedMlpInput,
    mlpInputStats,
    inner,
    activated,
  };
  return { attended, activations };
}

/** From a block's input to its queries, keys and values as attention takes them, and the bias that it still has to add. */
export function queriesKeysValues(
  ops: DecoderOps,
  input: Handle,
  weights: BlockHandles,
  rotation: RotationHandles | null,
): { normedInput: Handle; inputStats: Handle; qkv: Handle; bias: Handle } {
  const [normedInput, inputStats] = ops.norm(input, weights['ln_1.weight'], weights['ln_1.bias']);
  const qkv = linear(ops, weights, 'attn.c_attn', normedInput);
  const bias = weights['attn.c_attn.bias'];
  if (!rotation) return { normedInput, inputStats, qkv, bias };
  const rotated = ops.rotary(qkv, bias, rotation);
  ops.scope.free(qkv);
  return { normedInput, inputStats, qkv: rotated, bias: ops.noQkvBias() };
}

/** One block over the residual stream; `mix` is its attention. Answers the new stream and all that was computed for it. */
export function blockForward<Mixture extends { mixed: Handle }>(
  ops: DecoderOps,
  input: Handle,
  weights: BlockHandles,
  rotation: RotationHandles | null,
  mix: Mix<Mixture>,
  goOn?: Handle,
): { output: Handle; activations: Computed & Mixture } {
  const { attended, activations } = throughActivation(ops, input, weights, rotation, mix, goOn);
  const contracted = linear(ops, weights, 'mlp.c_proj', activations.activated);
  const output = ops.biasResidual(attended, contracted, weights['mlp.c_proj.bias']);
  ops.scope.free(contracted);
  if (attended !== activations.mlpInput) ops.scope.free(attended);
  return { output, activations };
}

/** A block's activations from its input: the same bits as in the forward pass, for the same ops see the same values. */
export function activationsAgain(
  ops: DecoderOps,
  input: Handle,
  weights: BlockHandles,
  { rotation, segments, allRows }: BatchHandles,
  goOn?: Handle,
): BlockActivations {
  const mix = (qkv: Handle, bias: Handle) => ops.attention(qkv, bias, segments, goOn ?? allRows);
  const { attended, activations } = throughActivation(ops, input, weights, rotation, mix, goOn);
  if (attended !== activations.mlpInput) ops.scope.free(attended);
  return activations;
}

/**
 * All blocks over a packed batch. `unneeded` sees each block's activations and answers those to free.
 * @returns the residual stream after the last block at the rows that are read. [U, D] float32
 */
export function blocksForward(
  ops: DecoderOps,
  { tokens, positions, segments, allRows, rotation }: BatchHandles,
  read: ReadRows,
  unneeded: (activations: BlockActivations, layer: number) => Handle[],
): Handle {
  let stream = ops.embed(tokens, positions);
  for (let layer = 0; layer < ops.decoder.config.n_layer; layer++) {
    const goOn = goOnAfter(ops, layer, read);
    const mix = (qkv: Handle, bias: Handle) => ops.attention(qkv, bias, segments, goOn ?? allRows);
    const { output, activations } = blockForward(ops, stream, ops.block(layer), rotation, mix, goOn);
    ops.scope.free(...unneeded(activations, layer));
    stream = output;
  }
  return stream;
}

/** The rows that go on after a block's attention, where they are not all. */
export function goOnAfter(ops: DecoderOps, layer: number, { rows }: ReadRows): Handle | undefined {
  return layer === ops.decoder.config.n_layer - 1 ? rows : undefined;
}

/** Hidden states after the final norm at `rows`. [R, D] float32; the caller owns the handle. */
export function forward(decoder: Decoder, weights: WeightCache, batch: PackedBatch, rows: Int32Array): Handle {
  const scope = new HandleScope();
  try {
    const ops = new DecoderOps(decoder, weights, scope);
    const read = readRows(ops, rows);
    const stream = blocksForward(ops, batchHandles(ops, batch), read, Object.values);
    const [hidden] = ops.finalNorm(scope.gather(FLOAT, stream, read.indices));
    return scope.release(hidden);
  } finally {
    scope.end();
  }
}
