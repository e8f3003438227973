import { gpt2Config } from '../../model/model-config.ts';
import { blockShapes } from '../../model/parameters.ts';
import type { BlockLayouts, FamilyFiles } from './family-files.ts';

const ACTIVATIONS = { gelu_new: 'gelu_tanh', gelu_pytorch_tanh: 'gelu_tanh', gelu: 'gelu' } as const;

/** GPT-2 (Radford et al. 2019). Our names and layouts are its own. */
export const gpt2: FamilyFiles = {
  policyArchitecture: 'GPT2LMHeadModel',
  rewardArchitecture: 'GPT2ForSequenceClassification',

  readConfig(entries) {
    entries.require('scale_attn_weights', true);
    entries.require('scale_attn_by_inverse_layer_idx', false);
    entries.require('add_cross_attention', false);
    const config = gpt2Config({
      vocab_size: entries.size('vocab_size'),
      n_positions: entries.size('n_positions'),
      n_embd: entries.size('n_embd'),
      n_layer: entries.size('n_layer'),
      n_head: entries.size('n_head'),
    });
    return {
      ...config,
      n_inner: entries.size('n_inner', config.n_inner),
      norm_epsilon: entries.number('layer_norm_epsilon', config.norm_epsilon),
      activation: entries.oneOf('activation_function', ACTIVATIONS, 'gelu_new'),
      tied: entries.flag('tie_word_embeddings', true),
    };
  },

  writeConfig: (config) => ({
    vocab_size: config.vocab_size,
    n_positions: config.n_positions,
    n_embd: config.n_embd,
    n_layer: config.n_layer,
    n_head: config.n_head,
    n_inner: config.n_inner,
    layer_norm_epsilon: config.norm_epsilon,
    activation_function: config.activation === 'gelu' ? 'gelu' : 'gelu_new',
    tie_word_embeddings: config.tied,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
  }),

  prefix: 'transformer.',
  names: {
    'wte.weight': 'wte.weight',
    'wpe.weight': 'wpe.weight',
    'ln_f.weight': 'ln_f.weight',
    'ln_f.bias': 'ln_f.bias',
    head: 'lm_head.weight',
  },
  blocks: 'h',

  block(config) {
    const layouts = Object.entries(blockShapes(config)).map(([name, [rows = 0]]) => [
      name,
      { parts: [{ name, rows }], transposed: false },
    ]);
    return Object.fromEntries(layouts) as BlockLayouts;
  },
};
