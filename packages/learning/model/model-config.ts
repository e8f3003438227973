/** The families whose files are read and written (checkpoint/families). */
export type ModelFamily = 'gpt2' | 'gpt_neox' | 'llama' | 'qwen2';

/** Rotary position embedding (Su et al. 2021) of the first `size` features of each head's queries and keys, half against half. */
export interface RotaryConfig {
  size: number;
  theta: number;
  /** Llama 3.1's stretching of long wavelengths, in the names of its config.json; null for none. */
  scaling: {
    factor: number;
    low_freq_factor: number;
    high_freq_factor: number;
    original_max_position_embeddings: number;
  } | null;
}

/**
 * What a decoder computes. The kernels look at this description, never at the family: a family is one setting of it, read from
 * its own config.json.
 */
export interface ModelConfig {
  family: ModelFamily;
  vocab_size: number;
  n_positions: number;
  n_embd: number;
  n_layer: number;
  n_head: number;
  /** Heads of keys and values; each serves n_head / n_kv_head heads of queries (Ainslie et al. 2023). */
  n_kv_head: number;
  /** Features of one head. */
  head_size: number;
  n_inner: number;
  /** Layer norm (Ba et al. 2016), or RMS norm without a bias (Zhang & Sennrich 2019). */
  norm: 'layer' | 'rms';
  norm_epsilon: number;
  /** null: positions are learned (`wpe.weight`). */
  rotary: RotaryConfig | null;
  /** GELU in its tanh form, GELU by the error function, or SiLU of one half times the other (SwiGLU, Shazeer 2020). */
  activation: 'gelu_tanh' | 'gelu' | 'silu_gated';
  /** x + attention(ln_1 x) + mlp(ln_2 x) in place of one after the other (GPT-NeoX). */
  parallel_residual: boolean;
  /** Which products have a bias. */
  bias: { qkv: boolean; attention: boolean; mlp: boolean };
  /** The head is the token embedding. Else it is `lm_head.weight`. */
  tied: boolean;
}

/** GPT-2's setting of everything but its size. */
export function gpt2Config(
  size: Pick<ModelConfig, 'vocab_size' | 'n_positions' | 'n_embd' | 'n_layer' | 'n_head'>,
): ModelConfig {
  return {
    family: 'gpt2',
    ...size,
    n_kv_head: size.n_head,
    head_size: size.n_embd / size.n_head,
    n_inner: 4 * size.n_embd,
    norm: 'layer',
    norm_epsilon: 1e-5,
    rotary: null,
    activation: 'gelu_tanh',
    parallel_residual: false,
    bias: { qkv: true, attention: true, mlp: true },
    tied: true,
  };
}

/** Width of queries, keys and values side by side. */
export const qkvWidth = ({ n_head, n_kv_head, head_size }: ModelConfig): number => (n_head + 2 * n_kv_head) * head_size;

/** Name of the matrix [V, D] that logits are read from. */
export const headName = ({ tied }: ModelConfig): string => (tied ? 'wte.weight' : 'lm_head.weight');
