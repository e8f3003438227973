import { totalmem } from 'node:os';
import { type ModelConfig, qkvWidth } from '@laurel/learning';
import { type ElementType, FLOAT } from './tensorflow-ops.ts';

/**
 * Bytes that the activations of one training pass may take: `LAUREL_MEMORY_GB` (10⁹ bytes), else a quarter of the memory that this
 * process may use, for parameters, moments and gradients need the same again and two passes can be under way.
 */
export function activationBudget(): number {
  const gigabytes = process.env.LAUREL_MEMORY_GB;
  if (!gigabytes) return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 4;
  if (!(Number(gigabytes) > 0))
    throw new Error(`LAUREL_MEMORY_GB is ${gigabytes}; it can be a number of gigabytes greater than 0`);
  return Number(gigabytes) * 1e9;
}

/**
 * Of how many blocks, the last ones, a training pass of N tokens keeps all activations within the budget. Of the others it keeps the
 * input and computes the rest again in the backward pass (Chen et al. 2016), when the kept ones are gone.
 */
export function keptBlocks(config: ModelConfig, type: ElementType, tokens: number, budgetBytes: number): number {
  const inputBytes = 4 * config.n_embd * tokens;
  const othersBytes = blockBytes(config, type) * tokens - inputBytes;
  const kept = Math.floor((budgetBytes - config.n_layer * inputBytes) / othersBytes);
  return Math.max(0, Math.min(config.n_layer, kept));
}

/** What the gradient of a block reads, in bytes a token: see BlockActivations. */
function blockBytes(config: ModelConfig, type: ElementType): number {
  const { n_embd: D, n_inner: F, n_head, head_size, parallel_residual, activation } = config;
  const inner = activation === 'silu_gated' ? 2 * F : F;
  const stream = 4 * (parallel_residual ? D : 2 * D);
  const statistics = 4 * (2 + 2 + n_head);
  const elements = 2 * D + qkvWidth(config) + n_head * head_size + inner + F;
  return stream + statistics + (type === FLOAT ? 4 : 2) * elements;
}
