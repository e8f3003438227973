import type { ModelKind } from '@laurel/contracts';
import { gpt2Config, type ModelConfig } from '../model/model-config.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What config.json says of a model, beside its tensors. */
export interface ModelDescription {
  kind: ModelKind;
  config: ModelConfig;
  rewardBias: number;
}

const LM_ARCHITECTURE = 'GPT2LMHeadModel';
const REWARD_ARCHITECTURE = 'GPT2ForSequenceClassification';

/** What GPT-2 leaves open and our decoder does not, with GPT-2's defaults. */
const FIXED = {
  model_type: 'gpt2',
  activation_function: 'gelu_new',
  tie_word_embeddings: true,
  scale_attn_weights: true,
  scale_attn_by_inverse_layer_idx: false,
};

/** config.json as transformers reads it; entries named `laurel_…` are our own. */
export function writeModelConfig({ kind, config, rewardBias }: ModelDescription, tokenizer: Tokenizer): string {
  const description = {
    architectures: [kind === 'reward_model' ? REWARD_ARCHITECTURE : LM_ARCHITECTURE],
    ...FIXED,
    vocab_size: config.vocab_size,
    n_positions: config.n_positions,
    n_embd: config.n_embd,
    n_layer: config.n_layer,
    n_head: config.n_head,
    layer_norm_epsilon: config.norm_epsilon,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    dtype: 'float32',
    bos_token_id: tokenizer.endOfText,
    eos_token_id: tokenizer.endOfText,
    ...(kind === 'reward_model' && rewardHeadConfig(tokenizer, rewardBias)),
    laurel_kind: kind,
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}

/**
 * transformers reads the score at the last token that is not `pad_token_id`. Padding with end of text would make it skip the
 * real one, which every response ends with (details 3 and 4), so another token pads: any will do.
 */
function rewardHeadConfig(tokenizer: Tokenizer, rewardBias: number) {
  const padding = tokenizer.endOfText === 0 ? 1 : 0;
  return { num_labels: 1, pad_token_id: padding, laurel_reward_bias: rewardBias };
}

/** Throws, naming the entry, if the config is not of a GPT-2 that our decoder computes. */
export function readModelConfig(json: string): ModelDescription {
  const entries = parse(json);
  for (const [key, required] of Object.entries(FIXED)) {
    const found = entries[key] ?? required;
    if (found !== required)
      throw new Error(`config.json: ${key} must be ${JSON.stringify(required)}, not ${JSON.stringify(found)}`);
  }
  const size = (key: string) => {
    const value = entries[key];
    if (!Number.isInteger(value) || Number(value) < 1)
      throw new Error(`config.json: ${key} must be a whole number of at least 1, not ${JSON.stringify(value)}`);
    return Number(value);
  };
  const shape = gpt2Config({
    vocab_size: size('vocab_size'),
    n_positions: size('n_positions'),
    n_embd: size('n_embd'),
    n_layer: size('n_layer'),
    n_head: size('n_head'),
  });
  const config = { ...shape, norm_epsilon: Number(entries.layer_norm_epsilon ?? 1e-5) };
  const inner = Number(entries.n_inner ?? 4 * config.n_embd);
  if (inner !== 4 * config.n_embd) throw new Error(`config.json: n_inner must be 4 n_embd, not ${inner}`);
  if (config.n_embd % config.n_head !== 0)
    throw new Error(`config.json: n_embd ${config.n_embd} is not a multiple of n_head ${config.n_head}`);
  const kind = readKind(entries);
  const rewardBias = kind === 'reward_model' ? Number(entries.laurel_reward_bias ?? 0) : 0;
  return { kind, config, rewardBias };
}

function parse(json: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(json));
  } catch (cause) {
    throw new Error(`config.json cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function readKind(entries: Record<string, unknown>): ModelKind {
  const kind = entries.laurel_kind;
  if (kind === 'base' || kind === 'policy' || kind === 'reward_model') return kind;
  const [architecture] = (entries.architectures ?? []) as string[];
  return architecture === REWARD_ARCHITECTURE ? 'reward_model' : 'base';
}
