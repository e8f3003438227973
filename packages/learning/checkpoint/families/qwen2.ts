import type { FamilyFiles } from './family-files.ts';
import { llama, readLlamaLike, writeLlamaLike } from './llama.ts';

/** Qwen2 and 2.5 (Yang et al. 2024): Llama's files, with biases for queries, keys and values and nothing else. */
export const qwen2: FamilyFiles = {
  ...llama,
  policyArchitecture: 'Qwen2ForCausalLM',
  rewardArchitecture: 'Qwen2ForSequenceClassification',

  readConfig(entries) {
    entries.require('use_sliding_window', false);
    return { ...readLlamaLike(entries), family: 'qwen2', bias: { qkv: true, attention: false, mlp: false } };
  },

  writeConfig: (config) => ({ ...writeLlamaLike(config), use_sliding_window: false }),
};
