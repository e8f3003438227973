import { type Decoder, type Gradients, type PackedBatch, parameter, type TrainingPass } from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { BlockHandles } from './block-handles.ts';
import {
  activationsAgain,
  type BatchHandles,
  type BlockActivations,
  batchHandles,
  blocksForward,
  goOnAfter,
  readRows,
} from './decoder-forward.ts';
import { DecoderOps, type StreamGradient } from './decoder-ops.ts';
import { linearGrad } from './linear.ts';
import { keptBlocks } from './memory-budget.ts';
import { FLOAT, type Handle, HandleScope, handleOf, toTensor } from './tensorflow-ops.ts';
import type { WeightCache } from './weight-cache.ts';

/**
 * A forward pass that keeps what its gradient reads, and the gradient written out (see TrainingPass). Blocks whose activations
 * do not fit into the budget keep their input and are computed again.
 */
export function forwardForTraining(
  decoder: Decoder,
  weights: WeightCache,
  batch: PackedBatch,
  rows: Int32Array,
  budgetBytes: number,
): TrainingPass {
  const scope = new HandleScope();
  try {
    return startPass(new DecoderOps(decoder, weights, scope), batch, rows, budgetBytes);
  } catch (error) {
    scope.end();
    throw error;
  }
}

function startPass(ops: DecoderOps, batch: PackedBatch, rows: Int32Array, budgetBytes: number): TrainingPass {
  const { scope } = ops;
  const { config, parameters, lora } = ops.decoder;
  const shape: [number, number] = [rows.length, config.n_embd];
  const input = batchHandles(ops, batch);
  const read = readRows(ops, rows);
  const firstKept = config.n_layer - keptBlocks(config, ops.type, batch.tokens.length, budgetBytes);
  const blocks: BlockActivations[] = []; // before `firstKept` their input alone is alive
  const stream = blocksForward(ops, input, read, (activations, layer) => {
    blocks.push(activations);
    return layer < firstKept ? Object.values(activations).filter((handle) => handle !== activations.input) : [];
  });
  const output = scope.gather(FLOAT, stream, read.indices); // [R, D]
  scope.free(stream);
  const [normed, stats] = ops.finalNorm(output);
  const hidden = toTensor<Tensor2D>(scope.release(normed), shape);

  const dispose = () => {
    hidden.dispose();
    scope.end();
  };
  const trained = (name: string) => (lora ? name.includes('.lora_') : name in parameters);
  const backward = (gradient: Tensor2D): Gradients => {
    const handles: Record<string, Handle> = {};
    const keep = (candidates: Record<string, Handle>) => {
      for (const [name, handle] of Object.entries(candidates))
        if (trained(name)) handles[name] = handle;
        else scope.free(handle);
    };
    const gain = handleOf(parameter(parameters, 'ln_f.weight'));
    const residual = scope.floats(new Float32Array(rows.length * config.n_embd), shape);
    const final = ops.normGrad({ dy: handleOf(gradient), x: output, stats, gain, residual }, FLOAT);
    keep({ 'ln_f.weight': final.dGain, 'ln_f.bias': final.dBias });
    let dStream = ops.streamGradient(ops.sumRows(final.dx.float, read.indices, read.count));
    for (let layer = config.n_layer - 1; layer >= 0; layer--) {
      const weights = ops.block(layer);
      const kept = blocks[layer] as BlockActivations;
      const goOn = goOnAfter(ops, layer, read);
      const activations = layer < firstKept ? activationsAgain(ops, kept.input, weights, input, goOn) : kept;
      const { dInput, gradients } = blockBackward(ops, weights, input, activations, dStream, goOn);
      scope.free(...Object.values(activations), dStream.float, dStream.cast);
      keep(Object.fromEntries(Object.entries(gradients).map(([name, handle]) => [`h.${layer}.${name}`, handle])));
      dStream = dInput;
    }
    if (trained('wte.weight')) handles['wte.weight'] = ops.sumRows(dStream.float, input.tokens, config.vocab_size);
    if (trained('wpe.weight')) handles['wpe.weight'] = ops.sumRows(dStream.float, input.positions, config.n_positions);
    return toGradients(ops.decoder, scope, handles);
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

/**
 * The gradients of one block, from that of its output, at the rows `goOn` if not all: of its input, and of its parameters by their
 * names within it.
 */
function blockBackward(
  ops: DecoderOps,
  weights: BlockHandles,
  batch: BatchHandles,
  saved: BlockActivations,
  dOutput: StreamGradient,
  goOn?: Handle,
): { dInput: StreamGradient; gradients: Record<string, Handle> } {
  const { scope } = ops;
  const contract = linearGrad(ops, weights, 'mlp.c_proj', saved.activated, dOutput.cast);
  const [dInner, dFcBias] = ops.biasActivationGrad(contract.dx, saved.inner, weights['mlp.c_fc.bias']);
  const expand = linearGrad(ops, weights, 'mlp.c_fc', saved.normedMlpInput, dInner);
  const norm2 = ops.normGrad({
    dy: expand.dx,
    x: saved.mlpInput,
    stats: saved.mlpInputStats,
    gain: weights['ln_2.weight'],
    residual: dOutput.float,
  });
  scope.free(contract.dx, dInner, expand.dx);
  // With the parallel residual the attention's product went into the output, else into what the MLP read.
  const parallel = ops.decoder.config.parallel_residual;
  const dAttended = parallel ? dOutput : norm2.dx;
  const project = linearGrad(ops, weights, 'attn.c_proj', saved.mixed, dAttended.cast);
  const [dQkv, dQkvBias] = attentionBackward(ops, weights, batch, goOn ?? batch.allRows, saved, project.dx);
  const attend = linearGrad(ops, weights, 'attn.c_attn', saved.normedInput, dQkv);
  const residual = goOn === undefined ? norm2.dx.float : ops.sumRows(norm2.dx.float, goOn, batch.count); // [N, D]
  const norm1 = ops.normGrad({
    dy: attend.dx,
    x: saved.input,
    stats: saved.inputStats,
    gain: weights['ln_1.weight'],
    residual,
  });
  scope.free(project.dx, dQkv, attend.dx, norm2.dx.float, norm2.dx.cast, residual);
  if (parallel) scope.free(norm2.dx.sums);
  const gradients = {
    'ln_1.weight': norm1.dGain,
    'ln_1.bias': norm1.dBias,
    ...attend.gradients,
    'attn.c_attn.bias': dQkvBias,
    ...project.gradients,
    'attn.c_proj.bias': parallel ? scope.copy(dOutput.sums) : dAttended.sums,
    'ln_2.weight': norm2.dGain,
    'ln_2.bias': norm2.dBias,
    ...expand.gradients,
    'mlp.c_fc.bias': dFcBias,
    ...contract.gradients,
    'mlp.c_proj.bias': dOutput.sums,
  };
  return { dInput: norm1.dx, gradients };
}

/** The gradients of queries, keys and values side by side and of their bias, given that of what attention mixed. */
function attentionBackward(
  ops: DecoderOps,
  weights: BlockHandles,
  { segments, rotation }: BatchHandles,
  queries: Handle,
  { qkv, mixed, denominators }: BlockActivations,
  dMixed: Handle,
): [dQkv: Handle, dBias: Handle] {
  const bias = rotation ? ops.noQkvBias() : weights['attn.c_attn.bias'];
  const [dQkv, dBias] = ops.attentionGrad(dMixed, qkv, bias, segments, queries, mixed, denominators);
  if (!rotation) return [dQkv, dBias];
  const turnedBack = ops.rotaryGrad(dQkv, rotation);
  ops.scope.free(dQkv, dBias);
  return turnedBack;
}

function toGradients({ parameters }: Decoder, scope: HandleScope, handles: Record<string, Handle>): Gradients {
  const entries = Object.entries(handles).map(([name, handle]) => [
    name,
    toTensor(scope.release(handle), parameter(parameters, name).shape),
  ]);
  return Object.fromEntries(entries);
}
