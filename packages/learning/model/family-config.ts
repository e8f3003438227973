import { gpt2Config, type ModelConfig, type ModelFamily } from './model-config.ts';

type Size = Pick<ModelConfig, 'vocab_size' | 'n_positions' | 'n_embd' | 'n_layer' | 'n_head' | 'n_kv_head'>;

/** A new decoder of a family, with the settings that its published models share: those of Pythia, Llama 2 and Qwen2.5 0.5B. */
export function familyConfig(family: ModelFamily, size: Size): ModelConfig {
  const gpt2 = gpt2Config(size);
  switch (family) {
    case 'gpt2':
      return gpt2;
    case 'gpt_neox':
      return {
        ...gpt2,
        family,
        rotary: { size: 2 * Math.ceil(gpt2.head_size / 8), theta: 10_000, scaling: null }, // a quarter, in pairs
        activation: 'gelu',
        parallel_residual: true,
        tied: false,
      };
    case 'llama':
      return {
        ...llamaLike(size),
        family,
        rotary: { size: gpt2.head_size, theta: 10_000, scaling: null },
        tied: false,
      };
    case 'qwen2':
      return {
        ...llamaLike(size),
        family,
        norm_epsilon: 1e-6,
        rotary: { size: gpt2.head_size, theta: 1_000_000, scaling: null },
        bias: { qkv: true, attention: false, mlp: false },
      };
  }
}

/** RMS norm, SwiGLU and no bias; the inner width keeps GPT-2's number of weights in an MLP (Shazeer 2020, section 4). */
function llamaLike(size: Size): ModelConfig {
  return {
    ...gpt2Config(size),
    n_kv_head: size.n_kv_head,
    n_inner: 8 * Math.ceil(size.n_embd / 3),
    norm: 'rms',
    activation: 'silu_gated',
    bias: { qkv: false, attention: false, mlp: false },
  };
}
