import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { ModelConfig } from './model-config.ts';
import type { PackedBatch } from './packed-batch.ts';

// Glossary: N tokens of a packed batch, R rows read out of it, B rows being sampled, D width, H heads, V vocabulary.

/**
 * float32 tensors by GPT-2's names, whatever the family (see parameters.ts): `wte.weight` [V, D], `h.0.ln_1.weight`,
 * `h.0.attn.c_attn.weight` [D, Q], …, `ln_f.weight`; a scalar head adds `score.weight` [1, D] and, in a value network,
 * `score.bias` [1]. Whoever made the record owns its tensors. No two records share a tensor that is trained: `adamW` writes
 * in place.
 */
export type Parameters = Record<string, Tensor>;

/** Gradients by the same names; the caller disposes them. */
export type Gradients = Record<string, Tensor>;

/**
 * Low-rank adaptation (Hu et al. 2021): every product of a block is x·W + (alpha / rank) · (x·A)·B with
 * `h.0.attn.c_attn.lora_A` [in, rank] and `h.0.attn.c_attn.lora_B` [rank, out] and so on among the parameters. All but these and the scalar
 * head stay as they are, so decoders can share them.
 */
export interface Lora {
  rank: number;
  alpha: number;
}

/** A decoder: shape and weights. Names that the decoder does not know (heads) are ignored by the kernels. */
export interface Decoder {
  config: ModelConfig;
  parameters: Parameters;
  /** null or left out: every parameter is trained. */
  lora?: Lora | null;
}

/** A forward pass that remembers what its backward pass needs. End it by `backward` or `dispose`, once. */
export interface TrainingPass {
  /** Hidden states after the final layer norm, at the rows asked for. [R, D], float32; disposed with the pass. */
  hidden: Tensor2D;
  /** Gradients of every decoder parameter that is trained (with LoRA, of the adapters alone), given that of `hidden` [R, D] (not disposed). Ends the pass. */
  backward(gradient: Tensor2D): Gradients;
  dispose(): void;
}

/** A token of every row, and their log-probabilities, nats. */
export interface Choices {
  tokens: Int32Array;
  logProbs: Float32Array;
}

/** Sampling with a key/value cache: each prompt is computed once, whatever the number of its samples. */
export interface Decoding {
  /** Chooses the next token of every row at its uniform (see chooseToken). Changes nothing. */
  sample(uniforms: Float64Array, temperature: number): Choices;
  /** Appends one token to every row. */
  advance(tokens: Int32Array): void;
  /** Goes on with these rows only (indices into the present rows, ascending). */
  keep(rows: Int32Array): void;
  dispose(): void;
}

/** One step of AdamW on every parameter that has a gradient. */
export interface AdamWStep {
  parameters: Parameters;
  gradients: Gradients;
  firstMoments: Parameters;
  secondMoments: Parameters;
  /** 1 for the first step. */
  step: number;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Multiplies every gradient first (clipping by the global norm, 1 / accumulated batches). */
  gradientScale: number;
}

/**
 * The seam between portable and fast. `portableKernels` (this package, plain tfjs ops) is the oracle; the worker's fused
 * kernels do the same with ops of their own. Both are deterministic: same input, same bits.
 */
export interface Kernels {
  readonly precision: 'float32' | 'bfloat16';

  /** Hidden states after the final layer norm at `rows` of the packed batch, without keeping anything else. [R, D]. */
  forward(decoder: Decoder, batch: PackedBatch, rows: Int32Array): Tensor2D;

  forwardForTraining(decoder: Decoder, batch: PackedBatch, rows: Int32Array): TrainingPass;

  /**
   * log softmax(hidden · headᵀ / temperature) at the targets, [R], and the entropy of each distribution, [R], in nats.
   * `logProbs` is differentiable by tfjs in `hidden` [R, D] and `head` [V, D]; `entropy` is not.
   */
  tokenLogProbs(
    hidden: Tensor2D,
    head: Tensor2D,
    targets: Int32Array,
    temperature: number,
  ): { logProbs: Tensor1D; entropy: Tensor1D };

  /**
   * Begins B rows; row b continues segment `promptOf[b]` of the packed prompts (segments without a parent) by at most
   * `maxNewTokens` tokens.
   */
  startDecoding(decoder: Decoder, prompts: PackedBatch, promptOf: Int32Array, maxNewTokens: number): Decoding;

  /** Sum of squares over all gradients, for the global norm. */
  squaredNorm(gradients: Gradients): number;

  /** Decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2); decays matrices only. Updates the records in place. */
  adamW(step: AdamWStep): void;
}
