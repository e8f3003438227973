import '@tensorflow/tfjs';
import type { Architecture } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createPpoTrainer } from './ppo.ts';
import { createPretrainTrainer } from './pretrain.ts';
import { createRewardModelTrainer } from './reward-model.ts';
import { createSftTrainer } from './sft.ts';
import {
  demonstrations as allDemonstrations,
  comparisons,
  texts,
  trainToEnd,
  trainWithAndWithoutStop,
} from './testing/tiny.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shape = { layers: 1, width: 16, heads: 2, context: 40 };
const architectures: Architecture[] = [
  { ...shape, family: 'gpt_neox' },
  { ...shape, family: 'llama', kv_heads: 1 },
  { ...shape, family: 'qwen2', kv_heads: 1 },
];

const pretraining = (architecture: Architecture, resumeFrom?: Files) =>
  createPretrainTrainer({
    kernels,
    rows: texts.slice(0, 4),
    seed: 1,
    resumeFrom,
    vocabularySize: 260,
    architecture,
    hyperparameters: learning,
  });
/** A small step for adapters, whose product is large beside weights of so small a width. */
const adapting = { learning_rate: 0.002, lora: { rank: 2, alpha: 2 } };
const demonstrations = allDemonstrations.slice(0, 4);
const preferences = { kernels, rows: comparisons.slice(0, 4), seed: 1, validationFraction: 0 };
/** Three steps, each on all rows. */
const learning = { learning_rate: 0.01, batch_size: 4, epochs: 3 };

/** Each trainer, from a base and a reward model of a family; called with a checkpoint, it goes on from there. */
const trainers: Record<string, (from: { base: Files; reward: Files }, resumeFrom?: Files) => Promise<Trainer>> = {
  sft: ({ base: parent }, resumeFrom) =>
    createSftTrainer({ ...preferences, parent, rows: demonstrations, hyperparameters: learning, resumeFrom }),
  'reward model': ({ base }, resumeFrom) => rewardTraining(base, resumeFrom),
  'reward model with LoRA': ({ base }, resumeFrom) => rewardTraining(base, resumeFrom, adapting),
  ppo: ({ base: policy, reward: rewardModel }, resumeFrom) =>
    createPpoTrainer({
      kernels,
      policy,
      rewardModel,
      rows: demonstrations,
      seed: 1,
      resumeFrom,
      hyperparameters: { batch_size: 4, minibatch_size: 2, epochs: 1, total_episodes: 8, response_length: 3 },
    }),
};

const rewardTraining = (parent: Files, resumeFrom?: Files, more = {}) =>
  createRewardModelTrainer({
    ...preferences,
    parent,
    references: demonstrations,
    hyperparameters: { ...learning, ...more },
    resumeFrom,
  });

describe.each(architectures)('$family', (architecture) => {
  let models: { base: Files; reward: Files };
  beforeAll(async () => {
    const { files: base } = await trainToEnd(await pretraining(architecture));
    const { files: reward } = await trainToEnd(await rewardTraining(base));
    models = { base, reward };
  }, 60_000);

  it('pretraining resumes to the bit', async () => {
    const { straight, resumed } = await trainWithAndWithoutStop((resumeFrom) => pretraining(architecture, resumeFrom));
    expect(resumed).toEqual(straight);
  });

  /** The metrics of each step; the run resumes to the bit and leaves no tensor behind. */
  async function train(name: string): Promise<Metrics[]> {
    const before = tf.memory().numTensors;
    const create = trainers[name] as (typeof trainers)[string];
    const { straight, resumed, steps } = await trainWithAndWithoutStop((resumeFrom) => create(models, resumeFrom));
    expect(resumed).toEqual(straight);
    expect(tf.memory().numTensors).toBe(before);
    for (const metrics of steps) expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
    return steps;
  }

  it.each(['sft', 'reward model', 'reward model with LoRA'])('%s lowers its loss and resumes', async (name) => {
    const steps = await train(name);
    expect(steps.at(-1)?.loss).toBeLessThan(steps[0]?.loss ?? Number.NaN);
  });

  it('ppo begins at its reference and resumes', async () => {
    const [first] = await train('ppo');
    expect(first?.kl).toBe(0);
  });
});

it.each<[Partial<Architecture>, string]>([
  [{ heads: 3 }, 'a width of 16 cannot be divided into 3 heads'],
  [{ kv_heads: 1 }, 'the heads of gpt2 share no keys'],
  [{ family: 'llama', heads: 4, kv_heads: 3 }, '4 heads cannot share 3 kv_heads'],
  [{ family: 'gpt_neox', width: 6 }, 'gpt_neox turns pairs'],
])('a decoder that no family has is refused: %o', async (change, message) => {
  const error: unknown = await pretraining({ ...shape, ...change }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnsuitableInput);
  expect(String(error)).toContain(message);
});
