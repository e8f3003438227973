import type { ModelConfig } from '../../model/model-config.ts';
import type { ConfigEntries } from '../config-entries.ts';
import type { BlockLayouts, FamilyFiles } from './family-files.ts';
import { biases, linear, vector } from './layouts.ts';
import { readRotary, writeRotary } from './rotary-entries.ts';

/** Llama 1 to 3 (Touvron et al. 2023), and what has its layout. */
export const llama: FamilyFiles = {
  policyArchitecture: 'LlamaForCausalLM',
  rewardArchitecture: 'LlamaForSequenceClassification',

  readConfig(entries) {
    const attention = entries.flag('attention_bias', false);
    const bias = { qkv: attention, attention, mlp: entries.flag('mlp_bias', false) };
    return { ...readLlamaLike(entries), family: 'llama', bias };
  },

  writeConfig: (config) => ({
    ...writeLlamaLike(config),
    head_dim: config.head_size,
    attention_bias: config.bias.qkv,
    mlp_bias: config.bias.mlp,
  }),

  prefix: 'model.',
  names: { 'wte.weight': 'embed_tokens.weight', 'ln_f.weight': 'norm.weight', head: 'lm_head.weight' },
  blocks: 'layers',
  block: llamaBlock,
};

/** What Llama's config.json and those modelled on it have in common. */
export function readLlamaLike(entries: ConfigEntries): Omit<ModelConfig, 'family' | 'bias'> {
  const [n_embd, n_head] = [entries.size('hidden_size'), entries.size('num_attention_heads')];
  const head_size = Number(entries.get('head_dim') ?? n_embd / n_head);
  return {
    vocab_size: entries.size('vocab_size'),
    n_positions: entries.size('max_position_embeddings'),
    n_embd,
    n_layer: entries.size('num_hidden_layers'),
    n_head,
    n_kv_head: entries.size('num_key_value_heads', n_head),
    head_size,
    n_inner: entries.size('intermediate_size'),
    norm: 'rms',
    norm_epsilon: entries.number('rms_norm_eps', 1e-6),
    rotary: readRotary(entries, { size: head_size }),
    activation: entries.oneOf('hidden_act', { silu: 'silu_gated' }, 'silu'),
    parallel_residual: false,
    tied: entries.flag('tie_word_embeddings', false),
  };
}

export const writeLlamaLike = (config: ModelConfig) => ({
  vocab_size: config.vocab_size,
  max_position_embeddings: config.n_positions,
  hidden_size: config.n_embd,
  num_hidden_layers: config.n_layer,
  num_attention_heads: config.n_head,
  num_key_value_heads: config.n_kv_head,
  intermediate_size: config.n_inner,
  rms_norm_eps: config.norm_epsilon,
  ...(config.rotary && writeRotary(config.rotary)),
  hidden_act: 'silu',
  tie_word_embeddings: config.tied,
  attention_dropout: 0,
});

/** Queries, keys and values, and gate and up, are matrices of their own. */
function llamaBlock({ n_embd: D, n_inner: F, n_head, n_kv_head, head_size, bias }: ModelConfig): BlockLayouts {
  const projections = (kind: 'weight' | 'bias') => ({
    [`self_attn.q_proj.${kind}`]: n_head * head_size,
    [`self_attn.k_proj.${kind}`]: n_kv_head * head_size,
    [`self_attn.v_proj.${kind}`]: n_kv_head * head_size,
  });
  const gateAndUp = (kind: 'weight' | 'bias') => ({ [`mlp.gate_proj.${kind}`]: F, [`mlp.up_proj.${kind}`]: F });
  return {
    'ln_1.weight': vector('input_layernorm.weight', D),
    'attn.c_attn.weight': linear(projections('weight')),
    ...(bias.qkv && { 'attn.c_attn.bias': biases(projections('bias')) }),
    'attn.c_proj.weight': linear({ 'self_attn.o_proj.weight': D }),
    ...(bias.attention && { 'attn.c_proj.bias': vector('self_attn.o_proj.bias', D) }),
    'ln_2.weight': vector('post_attention_layernorm.weight', D),
    'mlp.c_fc.weight': linear(gateAndUp('weight')),
    ...(bias.mlp && { 'mlp.c_fc.bias': biases(gateAndUp('bias')) }),
    'mlp.c_proj.weight': linear({ 'mlp.down_proj.weight': D }),
    ...(bias.mlp && { 'mlp.c_proj.bias': vector('mlp.down_proj.bias', D) }),
  };
}
