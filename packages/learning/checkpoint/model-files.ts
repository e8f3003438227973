import type { ModelKind } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Parameters } from '../model/kernels.ts';
import { parameterShapes } from '../model/parameters.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Files } from '../trainers/trainer.ts';
import { readModelConfig, writeModelConfig } from './model-config.ts';
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
 * for a reward model a `GPT2ForSequenceClassification` with one label.
 */
export function writeModelFiles({ kind, decoder, tokenizer, rewardBias }: Model): Files {
  const tensors: Record<string, TensorValues> = {};
  for (const [name, tensor] of Object.entries(decoder.parameters))
    tensors[toFileName(name)] = { shape: tensor.shape, values: tensor.dataSync<'float32'>() };
  const description = { kind, config: decoder.config, rewardBias };
  return {
    'model.safetensors': writeSafetensors(tensors),
    'config.json': new TextEncoder().encode(writeModelConfig(description, tokenizer)),
    'tokenizer.json': new TextEncoder().encode(tokenizer.json),
  };
}

/**
 * A model from its files: ours, or any GPT-2 in Hugging Face's layout. The caller disposes its tensors.
 * Throws, naming the file and what is expected, if one is missing or does not fit the others.
 */
export function readModelFiles(files: Files): Model {
  const { kind, config, rewardBias } = readModelConfig(text(files, 'config.json'));
  const tokenizer = loadTokenizer(text(files, 'tokenizer.json'));
  if (tokenizer.vocabularySize > config.vocab_size)
    throw new Error(
      `tokenizer.json has ${tokenizer.vocabularySize} tokens, config.json's vocab_size is ${config.vocab_size}`,
    );
  const shapes = parameterShapes(config);
  if (kind === 'reward_model') shapes['score.weight'] = [1, config.n_embd];
  const parameters = readParameters(readSafetensors(file(files, 'model.safetensors')), shapes);
  return { kind, decoder: { config, parameters }, tokenizer, rewardBias };
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
