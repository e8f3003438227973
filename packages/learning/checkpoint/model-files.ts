import type { ModelKind } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, ModelConfig, Parameters } from '../model/kernels.ts';
import { parameterShapes } from '../model/parameters.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Files } from '../trainers/trainer.ts';
import { readSafetensors, type TensorValues, writeSafetensors } from './safetensors.ts';

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
 * `model.safetensors`, `config.json` and `tokenizer.json` as Hugging Face's transformers reads them: a `GPT2LMHeadModel`, or
 * for a reward model a `GPT2ForSequenceClassification` with one label. Extra entries of the config are Laurel's own.
 */
export function writeModelFiles({ kind, decoder, tokenizer, rewardBias }: Model): Files {
  const tensors: Record<string, TensorValues> = {};
  for (const [name, tensor] of Object.entries(decoder.parameters))
    tensors[toFileName(name)] = { shape: tensor.shape, values: tensor.dataSync<'float32'>() };
  const config = {
    ...{ model_type: 'gpt2', architectures: [kind === 'reward_model' ? REWARD_ARCHITECTURE : LM_ARCHITECTURE] },
    ...decoder.config,
    ...{ n_inner: null, activation_function: 'gelu_new', tie_word_embeddings: true },
    ...{ attn_pdrop: 0, embd_pdrop: 0, resid_pdrop: 0, dtype: 'float32' },
    ...{ bos_token_id: tokenizer.endOfText, eos_token_id: tokenizer.endOfText },
    ...(kind === 'reward_model' && rewardConfig(tokenizer, rewardBias)),
    laurel_kind: kind,
  };
  return {
    'model.safetensors': writeSafetensors(tensors),
    'config.json': new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    'tokenizer.json': new TextEncoder().encode(tokenizer.json),
  };
}

/**
 * A model from its files: ours, or any GPT-2 in Hugging Face's layout. The caller disposes its tensors.
 * Throws, naming the file and what is expected, if one is missing or does not fit the others.
 */
export function readModelFiles(files: Files): Model {
  const config = JSON.parse(text(files, 'config.json')) as Record<string, unknown>;
  const tokenizer = loadTokenizer(text(files, 'tokenizer.json'));
  const decoderConfig = readDecoderConfig(config);
  if (tokenizer.vocabularySize > decoderConfig.vocab_size)
    throw new Error(
      `tokenizer.json has ${tokenizer.vocabularySize} tokens, config.json's vocab_size is ${decoderConfig.vocab_size}`,
    );
  const kind = readKind(config);
  const shapes = parameterShapes(decoderConfig);
  if (kind === 'reward_model') shapes['score.weight'] = [1, decoderConfig.n_embd];
  const parameters = readParameters(readSafetensors(file(files, 'model.safetensors')), shapes);
  const rewardBias = kind === 'reward_model' ? Number(config.laurel_reward_bias ?? 0) : 0;
  return { kind, decoder: { config: decoderConfig, parameters }, tokenizer, rewardBias };
}

const LM_ARCHITECTURE = 'GPT2LMHeadModel';
const REWARD_ARCHITECTURE = 'GPT2ForSequenceClassification';

/**
 * transformers reads the score at the last token that is not `pad_token_id`. Padding with end of text would make it skip the
 * real one, which every response ends with (details 3 and 4), so another token pads: any will do.
 */
function rewardConfig(tokenizer: Tokenizer, rewardBias: number) {
  const padding = tokenizer.endOfText === 0 ? 1 : 0;
  return { num_labels: 1, pad_token_id: padding, laurel_reward_bias: rewardBias };
}

function readKind(config: Record<string, unknown>): ModelKind {
  const kind = config.laurel_kind;
  if (kind === 'base' || kind === 'policy' || kind === 'reward_model') return kind;
  const [architecture] = (config.architectures ?? []) as string[];
  return architecture === REWARD_ARCHITECTURE ? 'reward_model' : 'base';
}

function readDecoderConfig(config: Record<string, unknown>): ModelConfig {
  if (config.model_type !== 'gpt2')
    throw new Error(`config.json: model_type must be "gpt2", not ${JSON.stringify(config.model_type)}`);
  const activation = config.activation_function ?? 'gelu_new';
  if (activation !== 'gelu_new')
    throw new Error(`config.json: activation_function must be "gelu_new", not "${activation}"`);
  const inner = config.n_inner ?? 4 * Number(config.n_embd);
  if (inner !== 4 * Number(config.n_embd)) throw new Error(`config.json: n_inner must be 4 n_embd, not ${inner}`);
  const size = (key: string) => {
    const value = config[key];
    if (!Number.isInteger(value) || Number(value) < 1)
      throw new Error(`config.json: ${key} must be a whole number of at least 1, not ${JSON.stringify(value)}`);
    return Number(value);
  };
  return {
    vocab_size: size('vocab_size'),
    n_positions: size('n_positions'),
    n_embd: size('n_embd'),
    n_layer: size('n_layer'),
    n_head: size('n_head'),
    layer_norm_epsilon: Number(config.layer_norm_epsilon ?? 1e-5),
  };
}

function readParameters(tensors: Record<string, TensorValues>, shapes: Record<string, number[]>): Parameters {
  const parameters: Parameters = {};
  try {
    for (const [name, shape] of Object.entries(shapes)) {
      // Checkpoints of the bare GPT2Model lack the prefix.
      const tensor = tensors[toFileName(name)] ?? tensors[name];
      if (!tensor) throw new Error(`model.safetensors has no tensor ${toFileName(name)}, [${shape}] by config.json`);
      if (`${tensor.shape}` !== `${shape}`)
        throw new Error(`model.safetensors: ${toFileName(name)} is [${tensor.shape}], config.json says [${shape}]`);
      parameters[name] = tf.tensor(tensor.values, shape, 'float32');
    }
    return parameters;
  } catch (error) {
    tf.dispose(parameters);
    throw error;
  }
}

/** Inside files the decoder is the submodule `transformer`; the score head stands beside it, and the tied LM head is left out. */
const toFileName = (name: string) => (name.startsWith('score.') ? name : `transformer.${name}`);

function file(files: Files, name: string): Uint8Array {
  const bytes = files[name];
  if (!bytes) throw new Error(`the model has no ${name}`);
  return bytes;
}

const text = (files: Files, name: string) => new TextDecoder().decode(file(files, name));
