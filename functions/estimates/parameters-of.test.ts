import { expect, test } from 'vitest';
import { parametersOf, sizeOfConfig } from './parameters-of.ts';

test.each([
  ['GPT-2', { model_type: 'gpt2', n_layer: 12, n_embd: 768, n_head: 12, vocab_size: 50_257 }, 124e6],
  [
    'Pythia 160M',
    {
      model_type: 'gpt_neox',
      num_hidden_layers: 12,
      hidden_size: 768,
      num_attention_heads: 12,
      intermediate_size: 3072,
      vocab_size: 50_304,
    },
    124e6,
  ],
  [
    'TinyLlama',
    {
      model_type: 'llama',
      num_hidden_layers: 22,
      hidden_size: 2048,
      num_attention_heads: 32,
      num_key_value_heads: 4,
      intermediate_size: 5632,
      vocab_size: 32_000,
    },
    1.03e9,
  ],
])('the parameters of %s are told from its config.json', (_, config, expected) => {
  expect(parametersOf(sizeOfConfig(config)) / expected).toBeCloseTo(1, 1);
});
