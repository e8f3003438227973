import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gpt2Config } from '../model/model-config.ts';
import { initialiseParameters, initialiseRewardHead } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { trainBpe } from '../tokenizer/train-bpe.ts';
import type { Files } from '../trainers/trainer.ts';
import { type Model, readModelFiles, writeModelFiles } from './model-files.ts';
import { readSafetensors, type TensorValues, writeSafetensors } from './safetensors.ts';

const config = gpt2Config({ vocab_size: 260, n_positions: 8, n_embd: 4, n_layer: 1, n_head: 2 });
const random = RandomGenerator.fromSeed(1);
let policy: Model;
let rewardModel: Model;

beforeAll(async () => {
  await tf.setBackend('cpu');
  const tokenizer = loadTokenizer(trainBpe(['a post', 'a post'], { vocabularySize: 260 }));
  const parameters = initialiseParameters(config, random);
  policy = { kind: 'policy', decoder: { config, parameters }, tokenizer, rewardBias: 0 };
  const withHead = { ...parameters, ...initialiseRewardHead(4, random) };
  rewardModel = { kind: 'reward_model', decoder: { config, parameters: withHead }, tokenizer, rewardBias: -1.25 };
});

const json = (files: Files, name: string) => JSON.parse(new TextDecoder().decode(files[name]));
const withConfig = (files: Files, changes: object): Files => ({
  ...files,
  'config.json': new TextEncoder().encode(JSON.stringify({ ...json(files, 'config.json'), ...changes })),
});
function withTensors(
  files: Files,
  change: (tensors: Record<string, TensorValues>) => Record<string, TensorValues>,
): Files {
  const tensors = readSafetensors(files['model.safetensors'] as Uint8Array);
  return { ...files, 'model.safetensors': writeSafetensors(change(tensors)) };
}

const without = <T>(record: Record<string, T>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

function expectSameModel(actual: Model, expected: Model) {
  expect(actual.kind).toBe(expected.kind);
  expect(actual.rewardBias).toBe(expected.rewardBias);
  expect(actual.decoder.config).toEqual(expected.decoder.config);
  expect(actual.tokenizer.json).toBe(expected.tokenizer.json);
  expect(Object.keys(actual.decoder.parameters).sort()).toEqual(Object.keys(expected.decoder.parameters).sort());
  for (const [name, tensor] of Object.entries(expected.decoder.parameters)) {
    expect(actual.decoder.parameters[name]?.shape).toEqual(tensor.shape);
    expect(actual.decoder.parameters[name]?.dataSync()).toEqual(tensor.dataSync());
  }
}

describe('model files', () => {
  it('come back as the model they were written from', () => {
    for (const model of [policy, { ...policy, kind: 'base' as const }, rewardModel])
      expectSameModel(readModelFiles(writeModelFiles(model)), model);
  });

  it('are in the names of transformers', () => {
    const files = writeModelFiles(rewardModel);
    const names = Object.keys(readSafetensors(files['model.safetensors'] as Uint8Array));
    expect(names).toContain('transformer.h.0.attn.c_attn.weight');
    expect(names).toContain('score.weight');
    expect(names).not.toContain('lm_head.weight'); // tied to wte
    expect(json(files, 'config.json')).toMatchObject({
      architectures: ['GPT2ForSequenceClassification'],
      num_labels: 1,
    });
    expect(json(writeModelFiles(policy), 'config.json')).toMatchObject({ architectures: ['GPT2LMHeadModel'] });
  });

  it('never pad with end of text (detail 3)', () => {
    expect(json(writeModelFiles(rewardModel), 'config.json').pad_token_id).not.toBe(rewardModel.tokenizer.endOfText);
  });

  it('are read without the prefix, and with a tied head stored twice', () => {
    const files = withTensors(writeModelFiles(policy), (tensors) => ({
      ...Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name.replace('transformer.', ''), value])),
      'lm_head.weight': tensors['transformer.wte.weight'] as TensorValues,
    }));
    expectSameModel(readModelFiles(files), policy);
  });

  it('of others are a reward model or a base by their architecture', () => {
    const foreign = (model: Model) => withConfig(writeModelFiles(model), { laurel_kind: undefined });
    expect(readModelFiles(foreign(rewardModel)).kind).toBe('reward_model');
    expect(readModelFiles(foreign(policy)).kind).toBe('base');
  });

  it.each<[string, (files: Files) => Files, string]>([
    ['a missing file', (files) => without(files, 'config.json'), 'the model has no config.json'],
    [
      'a config that is no JSON',
      (files) => ({ ...files, 'config.json': new TextEncoder().encode('{') }),
      'config.json cannot be read',
    ],
    [
      'another architecture',
      (files) => withConfig(files, { model_type: 'mamba' }),
      'config.json: model_type must be gpt2 or gpt_neox or llama or qwen2, not "mamba"',
    ],
    [
      'another activation',
      (files) => withConfig(files, { activation_function: 'relu' }),
      'activation_function must be gelu_new or gelu_pytorch_tanh or gelu, not "relu"',
    ],
    [
      'attention scaled another way',
      (files) => withConfig(files, { scale_attn_by_inverse_layer_idx: true }),
      'scale_attn_by_inverse_layer_idx must be false, not true',
    ],
    [
      'an inner width that is none',
      (files) => withConfig(files, { n_inner: '12' }),
      'n_inner must be a whole number of at least 1, not "12"',
    ],
    [
      'a size that is none',
      (files) => withConfig(files, { n_layer: 0 }),
      'n_layer must be a whole number of at least 1',
    ],
    [
      'heads that do not fit',
      (files) => withConfig(files, { n_head: 3 }),
      'a width of 4 cannot be divided into 3 heads',
    ],
    [
      'more tokens than embeddings',
      (files) => withConfig(files, { vocab_size: 250 }),
      "config.json's vocab_size is 250",
    ],
    [
      'a missing tensor',
      (files) => withTensors(files, (tensors) => without(tensors, 'transformer.ln_f.bias')),
      'model.safetensors has no tensor transformer.ln_f.bias, [4] by config.json',
    ],
    [
      'a tensor of another shape',
      (files) => withConfig(files, { n_positions: 9 }),
      'model.safetensors: transformer.wpe.weight is [8,4], config.json says [9,4]',
    ],
  ])('name %s, and leave no tensor behind', (_, change, message) => {
    const files = change(writeModelFiles(policy));
    const before = tf.memory().numTensors;
    expect(() => readModelFiles(files)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
