import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles, writeModelFiles } from '../checkpoint/model-files.ts';
import type { Decoder, Lora } from '../model/kernels.ts';
import { disposeParameters, initialiseRewardHead } from '../model/parameters.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { createPpoModels, disposePpoModels, type PpoModels } from './ppo-models.ts';
import { otherTokenizer, tinyModel } from './testing/tiny.ts';
import type { Files } from './trainer.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const base = tinyModel('policy');
/** SFT itself with a scalar head, as a reward model begins, and perhaps one product that training has changed, as LoRA does. */
function rewardModelOf(files: Files, changed?: string): Files {
  const model = readModelFiles(files);
  const { parameters } = model.decoder;
  Object.assign(parameters, initialiseRewardHead(16, RandomGenerator.fromSeed(1)));
  const old = changed && parameters[changed];
  if (old) parameters[changed] = tf.tidy(() => tf.add(old, 1));
  const written = writeModelFiles({ ...model, kind: 'reward_model', rewardBias: 0.5 });
  if (old) old.dispose();
  disposeParameters(parameters);
  return written;
}

function using<T>(rewardFiles: Files, lora: Lora | null, use: (models: PpoModels) => T): T & { bytes: number } {
  const before = tf.memory();
  const frozen = { reference: readModelFiles(base), rewardModel: readModelFiles(rewardFiles) };
  const models = createPpoModels(kernels, frozen, lora, RandomGenerator.fromSeed(1));
  const result = { ...use(models), bytes: tf.memory().numBytes - before.numBytes };
  disposePpoModels(models);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  return result;
}

/** Names of the tensors that both decoders read from the same memory. */
const shared = (a: Decoder, b: Decoder) =>
  Object.keys(a.parameters)
    .filter((name) => a.parameters[name]?.dataId === b.parameters[name]?.dataId)
    .sort();
const names = ({ parameters }: Decoder) => Object.keys(parameters).sort();
const decodersOf = ({ reference, rewardModel, policy, value }: PpoModels) => ({
  reference: reference.decoder,
  rewardModel: rewardModel.decoder,
  policy: policy.decoder,
  value,
});

describe('LoRA in PPO', () => {
  const lora = { rank: 2, alpha: 4 };

  it('has one base for policy, reference, value and reward where the reward model stands on SFT’s weights', () => {
    using(rewardModelOf(base), lora, (models) => {
      const { reference, rewardModel, policy, value } = decodersOf(models);
      for (const decoder of [rewardModel, policy, value]) expect(shared(reference, decoder)).toEqual(names(reference));
      expect(shared(rewardModel, value)).not.toContain('score.weight'); // which the value network learns
      return {};
    });
  });

  it('has a second one, of what the reward model learned, for value and reward', () => {
    const changed = 'h.1.mlp.c_fc.weight';
    using(rewardModelOf(base, changed), lora, (models) => {
      const { reference, rewardModel, policy, value } = decodersOf(models);
      expect(shared(reference, policy)).toEqual(names(reference));
      expect(shared(rewardModel, value)).toEqual(names(reference));
      expect(shared(reference, rewardModel)).toEqual(names(reference).filter((name) => name !== changed));
      return {};
    });
  });

  it('the value network stands on the policy’s base where the reward model has another tokenizer', () => {
    using(tinyModel('reward_model', 2, 96, otherTokenizer), lora, (models) => {
      const { reference, value } = decodersOf(models);
      expect(shared(reference, value)).toEqual(names(reference));
      return {};
    });
  });

  it('takes half the memory or less', () => {
    const files = rewardModelOf(base);
    const whole = using(files, null, () => ({})).bytes;
    expect(using(files, lora, () => ({})).bytes).toBeLessThan(whole / 2);
  });
});

describe('without LoRA', () => {
  it('what learns has tensors of its own, and what is frozen shares what is equal', () => {
    using(rewardModelOf(base), null, (models) => {
      const { reference, rewardModel, policy, value } = decodersOf(models);
      expect(shared(reference, rewardModel)).toEqual(names(reference));
      for (const decoder of [policy, value]) {
        expect(shared(reference, decoder)).toEqual([]);
        expect(shared(rewardModel, decoder)).toEqual([]);
      }
      expect([...(value.parameters['score.bias']?.dataSync() ?? [])]).toEqual([0.5]);
      return {};
    });
  });
});
