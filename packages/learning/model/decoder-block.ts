import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activations.ts';
import type { Decoder, Lora } from './kernels.ts';
import type { ModelConfig } from './model-config.ts';
import { norm } from './norms.ts';
import { packedAttention } from './packed-attention.ts';
import type { PackedBatch } from './packed-batch.ts';
import { BLOCK_PRODUCTS, type BlockParameter, type BlockProduct, blockShapes, parameter } from './parameters.ts';
import { rotaryPositions } from './rotary-positions.ts';

type AdapterParameter = `${BlockProduct}.${'lora_A' | 'lora_B'}`;
/** What a block has, by its name within the block: a family may lack biases, and adapters are LoRA's. */
export type BlockWeights = Partial<Record<BlockParameter | AdapterParameter, Tensor>>;

/** How rows see each other: what depends on where they stand. */
export interface Mixing {
  /** Turns queries and keys by their positions: [N, Q] → [N, Q]. */
  rotate: (queriesKeysValues: Tensor2D) => Tensor2D;
  /** From queries, keys and values side by side [N, Q] to mixed values [N, H·d]. */
  attend: (queriesKeysValues: Tensor2D) => Tensor2D;
}

/** How the rows of a packed batch do. Its tables and masks are made at once: call it within the tidy that uses them. */
export const packedMixing = (batch: PackedBatch, config: ModelConfig): Mixing => ({
  rotate: rotaryPositions(config, batch.positions),
  attend: packedAttention(batch, config),
});

const ADAPTER_PARAMETERS = BLOCK_PRODUCTS.flatMap((product): AdapterParameter[] => [
  `${product}.lora_A`,
  `${product}.lora_B`,
]);

/** The parameters of block `layer`, by their names within it. Throws, naming it, where an adapter of LoRA is missing. */
export function blockWeights({ config, parameters, lora }: Decoder, layer: number): BlockWeights {
  const names = [...blockParameterNames(config), ...(lora ? ADAPTER_PARAMETERS : [])];
  return Object.fromEntries(names.map((name) => [name, parameter(parameters, `h.${layer}.${name}`)]));
}

/** Those that are trained: with LoRA the adapters alone. */
export function trainedBlockParameters({ config, lora }: Decoder): readonly (keyof BlockWeights)[] {
  return lora ? ADAPTER_PARAMETERS : blockParameterNames(config);
}

const blockParameterNames = (config: ModelConfig) => Object.keys(blockShapes(config)) as BlockParameter[];

/**
 * One pre-norm transformer block: x + attention(norm x), then that + mlp(norm of that); or, with the parallel residual of
 * GPT-NeoX, x + attention(norm x) + mlp(norm x), each norm its own.
 * @param x residual stream [N, D]
 */
export function decoderBlock(
  x: Tensor2D,
  weights: BlockWeights,
  { config, lora }: Pick<Decoder, 'config' | 'lora'>,
  { rotate, attend }: Mixing,
): Tensor2D {
  const normed = (input: Tensor2D, name: 'ln_1' | 'ln_2') =>
    norm(input, weights[`${name}.weight`] as Tensor, weights[`${name}.bias`], config);
  const linear = (input: Tensor2D, name: BlockProduct): Tensor2D => {
    let product: Tensor2D = tf.matMul(input, weights[`${name}.weight`] as Tensor2D);
    if (lora) product = tf.add(product, adapted(input, weights, name, lora)) as Tensor2D;
    const bias = weights[`${name}.bias`];
    return bias ? tf.add(product, bias) : product;
  };
  const attention = (input: Tensor2D) => linear(attend(rotate(linear(input, 'attn.c_attn'))), 'attn.c_proj');
  const mlp = (input: Tensor2D) => linear(activate(linear(input, 'mlp.c_fc'), config.activation), 'mlp.c_proj');

  const attended: Tensor2D = tf.add(x, attention(normed(x, 'ln_1'))); // [N, D]
  return tf.add(attended, mlp(normed(config.parallel_residual ? x : attended, 'ln_2'))); // [N, D]
}

/** What LoRA adds to a product: (alpha / rank) · (x A) B (Hu et al. 2021, eq. 3). [N, in] → [N, out]. */
function adapted(x: Tensor2D, weights: BlockWeights, name: BlockProduct, { rank, alpha }: Lora): Tensor2D {
  const [a, b] = [weights[`${name}.lora_A`] as Tensor2D, weights[`${name}.lora_B`] as Tensor2D];
  return tf.mul(tf.matMul(tf.matMul(x, a), b), alpha / rank);
}

/** Token embeddings, and position embeddings where positions are learned, summed. [N, D]. */
export function embed({ config, parameters }: Decoder, tokens: Int32Array, positions: Int32Array): Tensor2D {
  const rows = (name: string, indices: Int32Array) =>
    tf.gather(parameter<Tensor2D>(parameters, name), tf.tensor1d(indices, 'int32'));
  const embedded = rows('wte.weight', tokens);
  return config.rotary ? embedded : tf.add(embedded, rows('wpe.weight', positions));
}

/** The final norm, of the last block's output at the rows that are read. [R, D] → [R, D]. */
export function finalHidden({ config, parameters }: Decoder, output: Tensor2D): Tensor2D {
  return norm(output, parameter(parameters, 'ln_f.weight'), parameters['ln_f.bias'], config);
}
