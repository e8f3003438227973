import type { ModelKind } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Parameters } from '../model/kernels.ts';
import type { ModelConfig } from '../model/model-config.ts';
import { parameter } from '../model/parameters.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Files } from '../trainers/trainer.ts';
import { ConfigEntries } from './config-entries.ts';
import { FAMILIES } from './families/families.ts';
import { endOfTextId, readModelConfig, tokenEntries, writeModelConfig } from './model-config.ts';
import type { StoredTensor, TensorValues } from './safetensors.ts';
import { fromFile, type PlacedTensor, placedTensors, toFile } from './tensor-layouts.ts';
import { openWeights, writeWeights } from './weight-files.ts';

/** A model as it is stored and served. */
export interface Model {
  kind: ModelKind;
  /** A reward model's parameters include `score.weight` [1, D]. */
  decoder: Decoder;
  tokenizer: Tokenizer;
  /** Reward models: added to the raw score, so that reference summaries score 0 on average (detail 7). 0 for the others. */
  rewardBias: number;
}

/**
 * A model's files as Hugging Face's transformers reads them: `AutoModelForCausalLM`, or for a reward model
 * `AutoModelForSequenceClassification` with one label, and `AutoTokenizer`.
 * @param maxShardBytes weights above it lie in several files; left out, 4 GiB
 */
export function writeModelFiles(model: Model, { maxShardBytes }: { maxShardBytes?: number } = {}): Files {
  const { kind, decoder, tokenizer, rewardBias } = model;
  const { config, parameters } = decoder;
  const isReward = kind === 'reward_model';
  const tensors: Record<string, TensorValues> = {};
  for (const placed of placedTensors(config, { isReward }))
    Object.assign(tensors, toFile(placed, parameter(parameters, placed.name).dataSync<'float32'>()));
  return {
    ...writeWeights(tensors, maxShardBytes),
    'config.json': bytes(writeModelConfig({ kind, config, rewardBias }, tokenizer)),
    ...(isReward ? {} : { 'generation_config.json': bytes(`${JSON.stringify(tokenEntries(tokenizer), null, 2)}\n`) }),
    'tokenizer.json': bytes(tokenizer.json),
    'tokenizer_config.json': bytes(writeTokenizerConfig(tokenizer, config.n_positions)),
  };
}

/** Without it AutoTokenizer guesses a class from the family, which may split texts by its own rules. */
function writeTokenizerConfig(tokenizer: Tokenizer, context: number): string {
  const { bos_token_id, eos_token_id, pad_token_id } = tokenEntries(tokenizer);
  const text = (id: number) => tokenizer.specialTokens.get(id);
  const description = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: text(bos_token_id),
    eos_token: text(eos_token_id),
    pad_token: text(pad_token_id),
    model_max_length: context,
    clean_up_tokenization_spaces: false,
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}

/**
 * A model from its files: ours, or any GPT-2, GPT-NeoX, Llama or Qwen2 in Hugging Face's layout, in float32, float16 or bfloat16.
 * The caller disposes its tensors.
 * Throws, naming the file and what is expected, if one is missing or does not fit the others.
 */
export function readModelFiles(files: Files): Model {
  const entries = ConfigEntries.parse(text(files, 'config.json'), 'config.json');
  const { kind, config, rewardBias } = readModelConfig(entries);
  const generation = 'generation_config.json';
  const endOfText = endOfTextId(files[generation] && ConfigEntries.parse(text(files, generation), generation), entries);
  const tokenizer = loadTokenizer(text(files, 'tokenizer.json'), endOfText);
  if (tokenizer.vocabularySize > config.vocab_size)
    throw new Error(
      `tokenizer.json has ${tokenizer.vocabularySize} tokens, config.json's vocab_size is ${config.vocab_size}`,
    );
  const isReward = kind === 'reward_model';
  const parameters = readParameters(openWeights(files), placedTensors(config, { isReward }), config);
  return { kind, decoder: { config, parameters }, tokenizer, rewardBias };
}

function readParameters(
  tensors: Record<string, StoredTensor>,
  placed: readonly PlacedTensor[],
  { family }: ModelConfig,
): Parameters {
  const { prefix } = FAMILIES[family];
  const read = (name: string, shape: readonly number[]) => {
    // Checkpoints of the bare decoder lack the prefix.
    const tensor = tensors[name] ?? tensors[name.replace(prefix, '')];
    if (!tensor) throw new Error(`model.safetensors has no tensor ${name}, [${shape}] by config.json`);
    if (`${tensor.shape}` !== `${shape}`)
      throw new Error(`model.safetensors: ${name} is [${tensor.shape}], config.json says [${shape}]`);
    return tensor.read();
  };
  const parameters: Parameters = {};
  try {
    for (const each of placed) parameters[each.name] = tf.tensor(fromFile(each, read), [...each.shape], 'float32');
    return parameters;
  } catch (error) {
    tf.dispose(parameters);
    throw error;
  }
}

function file(files: Files, name: string): Uint8Array {
  const bytes = files[name];
  if (!bytes) throw new Error(`the model has no ${name}`);
  return bytes;
}

const text = (files: Files, name: string) => new TextDecoder().decode(file(files, name));
const bytes = (text: string) => new TextEncoder().encode(text);
