import {
  type BlockParameter,
  type Decoder,
  type Gradients,
  type PackedBatch,
  parameter,
  parameterShapes,
  type TrainingPass,
} from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type BlockActivations, batchHandles, blocksForward } from './decoder-forward.ts';
import { type BlockHandles, blockHandles, DecoderOps, type StreamGradient } from './decoder-ops.ts';
import { type ElementType, FLOAT, type Handle, HandleScope, handleOf, toTensor } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/** A forward pass that keeps every block's activations, and its gradient written out (see TrainingPass). */
export function forwardForTraining(
  decoder: Decoder,
  type: ElementType,
  weights: WeightCache,
  batch: PackedBatch,
  rows: Int32Array,
): TrainingPass {
  const scope = new HandleScope();
  try {
    return startPass(decoder, new DecoderOps(decoder, type, scope), weights, batch, rows);
  } catch (error) {
    scope.end();
    throw error;
  }
}

function startPass(
  decoder: Decoder,
  ops: DecoderOps,
  weights: WeightCache,
  batch: PackedBatch,
  rows: Int32Array,
): TrainingPass {
  const { scope } = ops;
  const { config, parameters } = decoder;
  const shape: [number, number] = [rows.length, config.n_embd];
  const input = batchHandles(scope, batch);
  const rowIds = scope.ints(rows);
  const blocks: BlockActivations[] = [];
  const stream = blocksForward(decoder, ops, weights, input, (activations) => {
    blocks.push(activations);
    return [];
  });
  const read = scope.gather(FLOAT, stream, rowIds); // [R, D]
  scope.free(stream);
  const [normed, stats] = ops.finalNorm(read);
  const hidden = toTensor<Tensor2D>(scope.release(normed), shape);

  const dispose = () => {
    hidden.dispose();
    scope.end();
  };
  const backward = (gradient: Tensor2D): Gradients => {
    const handles: Record<string, Handle> = {};
    const gain = handleOf(parameter(parameters, 'ln_f.weight'));
    const residual = scope.floats(new Float32Array(rows.length * config.n_embd), shape);
    const final = ops.layerNormGrad({ dy: handleOf(gradient), x: read, stats, gain, residual }, FLOAT);
    handles['ln_f.weight'] = final.dGain;
    handles['ln_f.bias'] = final.dBias;
    let dStream = ops.streamGradient(ops.sumRows(final.dx.float, rowIds, batch.tokens.length));
    for (let layer = config.n_layer - 1; layer >= 0; layer--) {
      const activations = blocks[layer] as BlockActivations;
      const block = blockBackward(ops, blockHandles(decoder, layer, weights), input.segments, activations, dStream);
      scope.free(...Object.values(activations), dStream.float, dStream.cast);
      for (const [name, handle] of Object.entries(block.gradients)) handles[`h.${layer}.${name}`] = handle;
      dStream = block.dInput;
    }
    handles['wte.weight'] = ops.sumRows(dStream.float, input.tokens, config.vocab_size);
    handles['wpe.weight'] = ops.sumRows(dStream.float, input.positions, config.n_positions);
    return toGradients(decoder, scope, handles);
  };
  const backwardOnce = (gradient: Tensor2D): Gradients => {
    try {
      return backward(gradient);
    } finally {
      dispose();
    }
  };
  return { hidden, backward: backwardOnce, dispose };
}

/** The gradient of one block, from that of its output. */
function blockBackward(
  ops: DecoderOps,
  weights: BlockHandles,
  segments: Handle,
  saved: BlockActivations,
  dOutput: StreamGradient,
): { dInput: StreamGradient; gradients: Record<BlockParameter, Handle> } {
  const { scope } = ops;
  const dActivated = ops.product(dOutput.cast, weights['mlp.c_proj.weight'], { b: true });
  const [dInner, dFcBias] = ops.biasGeluGrad(dActivated, saved.inner, weights['mlp.c_fc.bias']);
  const dNormedAttended = ops.product(dInner, weights['mlp.c_fc.weight'], { b: true });
  const norm2 = ops.layerNormGrad({
    dy: dNormedAttended,
    x: saved.attended,
    stats: saved.attendedStats,
    gain: weights['ln_2.weight'],
    residual: dOutput.float,
  });
  const dAttended = norm2.dx;
  const dMixed = ops.product(dAttended.cast, weights['attn.c_proj.weight'], { b: true });
  const { qkv, mixed, denominators } = saved;
  const [dQkv, dQkvBias] = ops.attentionGrad(dMixed, qkv, weights['attn.c_attn.bias'], segments, mixed, denominators);
  const dNormedInput = ops.product(dQkv, weights['attn.c_attn.weight'], { b: true });
  const norm1 = ops.layerNormGrad({
    dy: dNormedInput,
    x: saved.input,
    stats: saved.inputStats,
    gain: weights['ln_1.weight'],
    residual: dAttended.float,
  });
  const gradients = {
    'ln_1.weight': norm1.dGain,
    'ln_1.bias': norm1.dBias,
    'attn.c_attn.weight': ops.weightGradient(saved.normedInput, dQkv),
    'attn.c_attn.bias': dQkvBias,
    'attn.c_proj.weight': ops.weightGradient(saved.mixed, dAttended.cast),
    'attn.c_proj.bias': dAttended.sums,
    'ln_2.weight': norm2.dGain,
    'ln_2.bias': norm2.dBias,
    'mlp.c_fc.weight': ops.weightGradient(saved.normedAttended, dInner),
    'mlp.c_fc.bias': dFcBias,
    'mlp.c_proj.weight': ops.weightGradient(saved.activated, dOutput.cast),
    'mlp.c_proj.bias': dOutput.sums,
  };
  scope.free(dActivated, dInner, dNormedAttended, dAttended.float, dAttended.cast, dMixed, dQkv, dNormedInput);
  return { dInput: norm1.dx, gradients };
}

function toGradients({ config }: Decoder, scope: HandleScope, handles: Record<string, Handle>): Gradients {
  const shapes = parameterShapes(config);
  const entries = Object.entries(handles).map(([name, handle]) => [
    name,
    toTensor(scope.release(handle), shapes[name] as number[]),
  ]);
  return Object.fromEntries(entries);
}
