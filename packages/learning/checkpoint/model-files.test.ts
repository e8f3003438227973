import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { familyConfig } from '../model/family-config.ts';
import { gpt2Config, type ModelConfig } from '../model/model-config.ts';
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
function withFamily(files: Files, config: ModelConfig, changes: object): Files {
  const model = modelOf(config);
  const { 'config.json': own } = withConfig(writeModelFiles(model), changes);
  tf.dispose(model.decoder.parameters);
  return { ...files, 'config.json': own as Uint8Array };
}
function withTensors(
  files: Files,
  change: (tensors: Record<string, TensorValues>) => Record<string, TensorValues>,
): Files {
  const tensors = readSafetensors(files['model.safetensors'] as Uint8Array);
  return { ...files, 'model.safetensors': writeSafetensors(change(tensors)) };
}

/** A model of another family; a reward model where it has a head. */
function modelOf(config: ModelConfig, kind: Model['kind'] = 'policy'): Model {
  const parameters = initialiseParameters(config, RandomGenerator.fromSeed(2));
  if (kind === 'reward_model') {
    delete parameters['lm_head.weight'];
    Object.assign(parameters, initialiseRewardHead(config.n_embd, random));
  }
  return { kind, decoder: { config, parameters }, tokenizer: policy.tokenizer, rewardBias: 0 };
}

const size = { vocab_size: 260, n_positions: 8, n_embd: 8, n_layer: 2, n_head: 4, n_kv_head: 2 };
const llama = familyConfig('llama', size);
const scaling = {
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

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

  it.each<[string, ModelConfig]>([
    ['GPT-2 with an inner width and a head of its own', { ...gpt2Config(size), n_inner: 12, tied: false }],
    ['GPT-NeoX', familyConfig('gpt_neox', { ...size, n_embd: 16 })],
    [
      'GPT-NeoX without biases, its residual sequential',
      {
        ...familyConfig('gpt_neox', size),
        parallel_residual: false,
        bias: { qkv: false, attention: false, mlp: true },
      },
    ],
    ['Llama 2', llama],
    ['Llama 3.1', { ...llama, tied: true, head_size: 4, rotary: { size: 4, theta: 500_000, scaling } }],
    ['Llama with biases', { ...llama, bias: { qkv: true, attention: true, mlp: true } }],
    ['Qwen2', familyConfig('qwen2', size)],
  ])('come back: %s, as a policy and as a reward model, in one file and in shards', (_, config) => {
    for (const kind of ['policy', 'reward_model'] as const) {
      const model = modelOf(config, kind);
      expectSameModel(readModelFiles(writeModelFiles(model)), model);
      const shards = writeModelFiles(model, { maxShardBytes: 5000 });
      expect(Object.keys(shards)).toContain('model.safetensors.index.json');
      expectSameModel(readModelFiles(shards), model);
    }
  });

  it('have queries, keys, values, gate and up of Llama as matrices [out, in]', () => {
    const model = modelOf(llama);
    const tensors = readSafetensors(writeModelFiles(model)['model.safetensors'] as Uint8Array);
    const ours = (name: string) => model.decoder.parameters[`h.1.${name}`]?.arraySync() as number[][];
    const rows = (name: string) => {
      const { shape, values } = tensors[`model.layers.1.${name}`] as TensorValues;
      return tf.tensor(values, [...shape]).arraySync() as number[][];
    };
    const column = (matrix: number[][], i: number) => matrix.map((row) => row[i]);
    // Widths: 4 heads × 2 of queries, 2 × 2 of keys, then values; 24 of gate, then up.
    const qkv = ours('attn.c_attn.weight');
    expect(rows('self_attn.q_proj.weight')[7]).toEqual(column(qkv, 7));
    expect(rows('self_attn.k_proj.weight')[0]).toEqual(column(qkv, 8));
    expect(rows('self_attn.v_proj.weight')[3]).toEqual(column(qkv, 15));
    expect(rows('mlp.up_proj.weight')[0]).toEqual(column(ours('mlp.c_fc.weight'), 24));
    expect(rows('mlp.down_proj.weight')[5]).toEqual(column(ours('mlp.c_proj.weight'), 5));
    expect(Object.keys(tensors)).toContain('lm_head.weight');
  });

  it('have queries, keys and values of GPT-NeoX head by head', () => {
    const model = modelOf(familyConfig('gpt_neox', size));
    model.decoder.parameters['h.0.attn.c_attn.bias'] = tf.range(0, 24); // queries 0–7, keys 8–15, values 16–23
    const tensors = readSafetensors(writeModelFiles(model)['model.safetensors'] as Uint8Array);
    const { values = [] } = tensors['gpt_neox.layers.0.attention.query_key_value.bias'] ?? {};
    expect([...values].slice(0, 12)).toEqual([0, 1, 8, 9, 16, 17, 2, 3, 10, 11, 18, 19]);
    expect(tensors).toHaveProperty(['embed_out.weight']);
  });

  it('may hold tensors that no decoder has, of any type', () => {
    const files = withTensors(writeModelFiles(policy), (tensors) => ({
      ...tensors,
      'transformer.h.0.attn.bias': { shape: [1], values: Float32Array.of(0) },
    }));
    const weights = Buffer.from(files['model.safetensors'] as Uint8Array);
    const type = weights.indexOf('F32', weights.indexOf('transformer.h.0.attn.bias'));
    weights.write('U8 ', type); // of old GPT-2 and GPT-NeoX files: the causal mask
    expectSameModel(readModelFiles({ ...files, 'model.safetensors': weights }), policy);
  });

  it('say which token ends a text: generation_config.json before config.json, the first of several', () => {
    const files = writeModelFiles(policy);
    const generation = (eos: unknown) => new TextEncoder().encode(JSON.stringify({ eos_token_id: eos }));
    const endOfText = (more: Files) => readModelFiles({ ...files, ...more }).tokenizer.endOfText;
    expect(endOfText({ 'generation_config.json': generation([7, 8]) })).toBe(7);
    expect(endOfText(withConfig({ ...files, 'generation_config.json': generation(null) }, { eos_token_id: 9 }))).toBe(
      9,
    );
    expect(() => endOfText({ 'generation_config.json': generation(300) })).toThrow('no token 300, which eos_token_id');
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
      'positions stretched another way',
      (files) => withFamily(files, llama, { rope_scaling: { rope_type: 'yarn', factor: 4 } }),
      'config.json: rope_scaling.rope_type must be default or llama3, not "yarn"',
    ],
    [
      'heads that cannot share',
      (files) => withFamily(files, llama, { num_key_value_heads: 3 }),
      '4 heads cannot share 3 heads of keys and values',
    ],
    [
      'an odd number of features to turn',
      (files) => withFamily(files, familyConfig('gpt_neox', size), { rotary_pct: 0.5 }),
      'rotary positions turn pairs of features, and 1 of a head are to turn',
    ],
    [
      'attention in windows',
      (files) => withFamily(files, familyConfig('qwen2', size), { use_sliding_window: true }),
      'use_sliding_window must be false, not true',
    ],
    [
      'a missing shard',
      () => without(writeModelFiles(policy, { maxShardBytes: 1000 }), 'model-00002-of-00003.safetensors'),
      'the model has no model-00002-of-00003.safetensors, which model.safetensors.index.json names',
    ],
    ['no weights', (files) => without(files, 'model.safetensors'), 'the model has no model.safetensors'],
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
