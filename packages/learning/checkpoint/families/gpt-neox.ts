import type { ModelConfig } from '../../model/model-config.ts';
import { qkvWidth } from '../../model/model-config.ts';
import type { FamilyFiles } from './family-files.ts';
import { linear, vector } from './layouts.ts';
import { readRotary } from './rotary-entries.ts';

const ACTIVATIONS = { gelu: 'gelu', gelu_new: 'gelu_tanh', gelu_fast: 'gelu_tanh' } as const;

/** GPT-NeoX (Black et al. 2022), of which Pythia is. */
export const gptNeox: FamilyFiles = {
  policyArchitecture: 'GPTNeoXForCausalLM',
  rewardArchitecture: 'GPTNeoXForSequenceClassification',

  readConfig(entries) {
    const [n_embd, n_head] = [entries.size('hidden_size'), entries.size('num_attention_heads')];
    const head_size = n_embd / n_head;
    const turned = entries.within('rope_parameters') ?? entries;
    const share =
      turned === entries ? entries.number('rotary_pct', 0.25) : turned.number('partial_rotary_factor', 0.25);
    const hasBias = entries.flag('attention_bias', true);
    return {
      family: 'gpt_neox',
      vocab_size: entries.size('vocab_size'),
      n_positions: entries.size('max_position_embeddings'),
      n_embd,
      n_layer: entries.size('num_hidden_layers'),
      n_head,
      n_kv_head: n_head,
      head_size,
      n_inner: entries.size('intermediate_size'),
      norm: 'layer',
      norm_epsilon: entries.number('layer_norm_eps', 1e-5),
      rotary: readRotary(entries, { size: Math.trunc(head_size * share), thetaKey: 'rotary_emb_base' }),
      activation: entries.oneOf('hidden_act', ACTIVATIONS, 'gelu'),
      parallel_residual: entries.flag('use_parallel_residual', true),
      bias: { qkv: hasBias, attention: hasBias, mlp: true },
      tied: entries.flag('tie_word_embeddings', false),
    };
  },

  writeConfig: (config) => ({
    vocab_size: config.vocab_size,
    max_position_embeddings: config.n_positions,
    hidden_size: config.n_embd,
    num_hidden_layers: config.n_layer,
    num_attention_heads: config.n_head,
    intermediate_size: config.n_inner,
    layer_norm_eps: config.norm_epsilon,
    rotary_pct: (config.rotary?.size ?? 0) / config.head_size,
    rotary_emb_base: config.rotary?.theta,
    hidden_act: config.activation === 'gelu' ? 'gelu' : 'gelu_new',
    use_parallel_residual: config.parallel_residual,
    attention_bias: config.bias.qkv,
    tie_word_embeddings: config.tied,
    attention_dropout: 0,
    hidden_dropout: 0,
    classifier_dropout: 0,
  }),

  prefix: 'gpt_neox.',
  names: {
    'wte.weight': 'embed_in.weight',
    'ln_f.weight': 'final_layer_norm.weight',
    'ln_f.bias': 'final_layer_norm.bias',
    head: 'embed_out.weight',
  },
  blocks: 'layers',

  block(config) {
    const { n_embd: D, n_inner: F, bias } = config;
    const Q = qkvWidth(config);
    const rowOrder = interleavedByHead(config);
    return {
      'ln_1.weight': vector('input_layernorm.weight', D),
      'ln_1.bias': vector('input_layernorm.bias', D),
      'attn.c_attn.weight': { ...linear({ 'attention.query_key_value.weight': Q }), rowOrder },
      ...(bias.qkv && { 'attn.c_attn.bias': { ...vector('attention.query_key_value.bias', Q), rowOrder } }),
      'attn.c_proj.weight': linear({ 'attention.dense.weight': D }),
      ...(bias.attention && { 'attn.c_proj.bias': vector('attention.dense.bias', D) }),
      'ln_2.weight': vector('post_attention_layernorm.weight', D),
      'ln_2.bias': vector('post_attention_layernorm.bias', D),
      'mlp.c_fc.weight': linear({ 'mlp.dense_h_to_4h.weight': F }),
      'mlp.c_fc.bias': vector('mlp.dense_h_to_4h.bias', F),
      'mlp.c_proj.weight': linear({ 'mlp.dense_4h_to_h.weight': D }),
      'mlp.c_proj.bias': vector('mlp.dense_4h_to_h.bias', D),
    };
  },
};

/** Its rows go head by head, query, key and value in each, [H, 3, d]; ours are [3, H, d]. */
function interleavedByHead({ n_head, head_size }: ModelConfig): number[] {
  const rows: number[] = [];
  for (let part = 0; part < 3; part++)
    for (let head = 0; head < n_head; head++)
      for (let feature = 0; feature < head_size; feature++) rows.push((3 * head + part) * head_size + feature);
  return rows;
}
