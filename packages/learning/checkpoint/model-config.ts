import type { ModelKind } from '@laurel/contracts';
import type { ModelConfig, ModelFamily } from '../model/model-config.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { ConfigEntries } from './config-entries.ts';
import { FAMILIES } from './families/families.ts';

/** What config.json says of a model, beside its tensors. */
export interface ModelDescription {
  kind: ModelKind;
  config: ModelConfig;
  rewardBias: number;
}

/** config.json as transformers reads it; entries named `laurel_…` are our own. */
export function writeModelConfig({ kind, config, rewardBias }: ModelDescription, tokenizer: Tokenizer): string {
  const family = FAMILIES[config.family];
  const isReward = kind === 'reward_model';
  const description = {
    architectures: [isReward ? family.rewardArchitecture : family.policyArchitecture],
    model_type: config.family,
    ...family.writeConfig(config),
    dtype: 'float32',
    ...tokenEntries(tokenizer),
    ...(isReward && { num_labels: 1, laurel_reward_bias: rewardBias }),
    laurel_kind: kind,
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}

/** What begins, ends and fills up, as config.json and generation_config.json have it. */
export const tokenEntries = (tokenizer: Tokenizer) => ({
  bos_token_id: tokenizer.beginning.at(-1) ?? tokenizer.endOfText,
  eos_token_id: tokenizer.endOfText,
  pad_token_id: paddingOf(tokenizer),
});

/**
 * transformers reads the score at the last token that is not `pad_token_id`. Padding with end of text would make it skip the
 * real one, which every response ends with (details 3 and 4), so another token pads: a special one, or where there is no
 * other any.
 */
function paddingOf({ specialTokens, beginning, endOfText }: Tokenizer): number {
  const special = [...specialTokens.keys()].find((id) => id !== endOfText && !beginning.includes(id));
  return special ?? (endOfText === 0 ? 1 : 0);
}

/** Throws, naming the entry, if the config is not of a model that our decoder computes. */
export function readModelConfig(entries: ConfigEntries): ModelDescription {
  const families = Object.fromEntries(Object.keys(FAMILIES).map((family) => [family, family]));
  const family = FAMILIES[entries.oneOf('model_type', families, '') as ModelFamily];
  const config = family.readConfig(entries);
  requireWhole(config);
  const kind = readKind(entries, family.rewardArchitecture);
  return { kind, config, rewardBias: kind === 'reward_model' ? entries.number('laurel_reward_bias', 0) : 0 };
}

/** @throws where heads do not divide what they must */
function requireWhole({ n_embd, n_head, n_kv_head, head_size, rotary }: ModelConfig): void {
  if (!Number.isInteger(head_size))
    throw new Error(`config.json: a width of ${n_embd} cannot be divided into ${n_head} heads`);
  if (n_head % n_kv_head !== 0)
    throw new Error(`config.json: ${n_head} heads cannot share ${n_kv_head} heads of keys and values`);
  if (rotary && (rotary.size % 2 !== 0 || rotary.size < 2))
    throw new Error(`config.json: rotary positions turn pairs of features, and ${rotary.size} of a head are to turn`);
}

function readKind(entries: ConfigEntries, rewardArchitecture: string): ModelKind {
  const kind = entries.get('laurel_kind');
  if (kind === 'base' || kind === 'policy' || kind === 'reward_model') return kind;
  const [architecture] = (entries.get('architectures') ?? []) as string[];
  return architecture === rewardArchitecture ? 'reward_model' : 'base';
}

/** The token that ends a text, by generation_config.json or else config.json: the first, where there are several. */
export function endOfTextId(...configs: (ConfigEntries | undefined)[]): number | undefined {
  for (const config of configs) {
    const [id] = [config?.get('eos_token_id')].flat();
    if (typeof id === 'number') return id;
  }
  return undefined;
}
