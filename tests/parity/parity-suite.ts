import {
  type Decoder,
  type Gradients,
  generalisedAdvantages,
  type Kernels,
  nextTokenLoss,
  pack,
  policyLoss,
  policyStatistics,
  readModelFiles,
  rewardPairLoss,
  tokenRewards,
  valueLoss,
  whiten,
} from '@laurel/learning';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases, modelFiles, readExpected } from './fixtures.ts';

const TOLERANCE = 1e-4;

/**
 * One training step of each loss, from packed segments, against PyTorch's on padded batches: what the loss reads, the loss,
 * every gradient. Differences are relative to the largest value of a tensor.
 * @param load sets the backend and gives its kernels
 */
export function describeParity(name: string, load: () => Promise<Kernels>): void {
  describe(`parity with PyTorch: ${name}`, () => {
    const { batch, starts } = pack(cases.groups);
    const continuations = cases.groups.flatMap(({ continuations }) => continuations);
    const targets = Int32Array.from(continuations.flat());
    const predicting = Int32Array.from(predictingRows(starts));
    let kernels: Kernels;
    let decoder: Decoder;

    beforeAll(async () => {
      kernels = await load();
      decoder = readModelFiles(modelFiles).decoder;
    });
    afterAll(() => tf.dispose(decoder.parameters));

    /** A loss over hidden states at `rows` and parameters by name; gradients of the decoder and of those, summed. */
    function step(
      rows: Int32Array,
      heads: Record<string, Tensor>,
      loss: (hidden: Tensor2D, ...heads: Tensor[]) => Scalar,
    ) {
      const pass = kernels.forwardForTraining(decoder, batch, rows);
      const lossOf = (...inputs: Tensor[]) => loss(inputs[0] as Tensor2D, ...inputs.slice(1));
      const { value, grads } = tf.valueAndGrads(lossOf)([pass.hidden, ...Object.values(heads)]);
      const [dHidden, ...dHeads] = grads as [Tensor2D, ...Tensor[]];
      const gradients: Gradients = pass.backward(dHidden);
      for (const [i, name] of Object.keys(heads).entries()) {
        const below = gradients[name];
        gradients[name] = below ? tf.add(below, dHeads[i] as Tensor) : (dHeads[i] as Tensor);
      }
      return { loss: value as Scalar, gradients };
    }

    const head = (name: string) => ({ [name]: decoder.parameters[name] as Tensor });
    const rewardOf = (hidden: Tensor2D, weight: Tensor) =>
      tf.reshape(tf.matMul(hidden, weight as Tensor2D, false, true), [-1]) as Tensor1D;
    const vector = (values: Float32Array) => tf.tensor1d(values);

    it('next-token loss (SFT)', () => {
      const expected = readExpected('sft');
      const hidden = kernels.forward(decoder, batch, predicting);
      expectEqual(
        'logits',
        tf.matMul(hidden, decoder.parameters['wte.weight'] as Tensor2D, false, true),
        expected('logits'),
      );
      const result = step(predicting, head('wte.weight'), (hidden, wte) =>
        nextTokenLoss(kernels.tokenLogProbs(hidden, wte as Tensor2D, targets, 1).logProbs),
      );
      expectStep(result, expected);
    });

    it('reward pair loss, read at the last real token (detail 3) (detail 4) (detail 5)', () => {
      const expected = readExpected('reward');
      const rows = Int32Array.from(lastRows(starts));
      const hidden = kernels.forward(decoder, batch, rows);
      expectEqual('rewards', rewardOf(hidden, decoder.parameters['score.weight'] as Tensor), expected('rewards'));
      const result = step(rows, head('score.weight'), (hidden, weight) => {
        const [chosen, rejected] = tf.unstack(tf.reshape(rewardOf(hidden, weight), [-1, 2]), 1);
        return rewardPairLoss(chosen as Tensor1D, rejected as Tensor1D);
      });
      expectStep(result, expected);
    });

    it('PPO policy loss', () => {
      const [expected, rollout] = [readExpected('policy'), readExpected('rollout')];
      const old = rollout('old_log_probs').values;
      const read = (hidden: Tensor2D, wte: Tensor) =>
        kernels.tokenLogProbs(hidden, wte as Tensor2D, targets, cases.temperature).logProbs;
      const hidden = kernels.forward(decoder, batch, predicting);
      const logProbs = read(hidden, decoder.parameters['wte.weight'] as Tensor);
      expectEqual('log_probs', logProbs, expected('log_probs'));
      const statistics = policyStatistics(logProbs.dataSync<'float32'>(), old, cases.ppo.clip);
      for (const [name, value] of Object.entries({
        ratio: statistics.ratio,
        approx_kl: statistics.approxKl,
        clip_fraction: statistics.clipFraction,
      }))
        expectEqual(name, tf.scalar(value), expected(name));
      const advantages = vector(rollout('whitened_advantages').values);
      const result = step(predicting, head('wte.weight'), (hidden, wte) =>
        policyLoss(read(hidden, wte), vector(old), advantages, cases.ppo.clip),
      );
      expectStep(result, expected);
    });

    it('PPO value loss', () => {
      const [expected, rollout] = [readExpected('value'), readExpected('rollout')];
      const heads = { ...head('score.weight'), 'score.bias': tf.tensor1d([0.3]) };
      const [oldValues, returns] = [vector(rollout('old_values').values), vector(rollout('returns').values)];
      const result = step(predicting, heads, (hidden, weight, bias) =>
        valueLoss(tf.add(rewardOf(hidden, weight), bias as Tensor), oldValues, returns, cases.ppo.clip),
      );
      expectStep(result, expected);
    });

    it('two steps of AdamW', () => {
      const [expected, reward] = [readExpected('adamw'), readExpected('reward')];
      const { parameters } = readModelFiles(modelFiles).decoder;
      const names = Object.keys(parameters);
      const record = (make: (name: string) => Tensor) => Object.fromEntries(names.map((name) => [name, make(name)]));
      const zeros = (name: string) => tf.zeros(parameters[name]?.shape ?? []);
      const [firstMoments, secondMoments] = [record(zeros), record(zeros)];
      const gradients = record((name) => tf.tensor(reward(name).values, [...reward(name).shape]));
      const { lr: learningRate, beta1, beta2, eps: epsilon, weight_decay: weightDecay } = cases.adamw;
      const settings = { learningRate, beta1, beta2, epsilon, weightDecay, gradientScale: 1 };
      for (const step of [1, 2])
        kernels.adamW({ parameters, gradients, firstMoments, secondMoments, step, ...settings });
      for (const name of names) expectEqual(name, parameters[name] as Tensor, expected(name));
    });
  });

  it(`GAE, whitening and token rewards, unpadded, equal the masked ones (detail 10) (detail 11): ${name}`, () => {
    const rollout = readExpected('rollout');
    const { gamma, lambda, kl_coefficient: klCoefficient } = cases.ppo;
    const lengths = cases.groups.flatMap(({ continuations }) => continuations.map(({ length }) => length));
    const [rewards, advantages, returns] = [[], [], []] as [number[], number[], number[]];
    let start = 0;
    for (const [i, length] of lengths.entries()) {
      const own = (tensor: string) => rollout(tensor).values.subarray(start, start + length);
      const score = rollout('scores').values[i] ?? Number.NaN;
      const tokens = tokenRewards(own('old_log_probs'), own('reference_log_probs'), score, klCoefficient);
      const estimate = generalisedAdvantages(tokens, own('old_values'), gamma, lambda);
      rewards.push(...tokens);
      advantages.push(...estimate.advantages);
      returns.push(...estimate.returns);
      start += length;
    }
    expectEqual('token_rewards', tf.tensor1d(rewards), rollout('token_rewards'));
    expectEqual('advantages', tf.tensor1d(advantages), rollout('advantages'));
    expectEqual('returns', tf.tensor1d(returns), rollout('returns'));
    expectEqual('whitened', tf.tensor1d(whiten(Float32Array.from(advantages))), rollout('whitened_advantages'));
  });
}

/** For each continuation's tokens in turn: the row before, the prompt's last for the first of them. */
function predictingRows(starts: number[][]): number[] {
  return cases.groups.flatMap(({ prefix, continuations }, g) =>
    continuations.flatMap((continuation, c) => {
      const start = starts[g]?.[c] ?? Number.NaN;
      const prefixEnd = (starts[g]?.[0] ?? Number.NaN) - 1;
      expect(prefix.length).toBeGreaterThan(0);
      return continuation.map((_, i) => (i === 0 ? prefixEnd : start + i - 1));
    }),
  );
}

const lastRows = (starts: number[][]) =>
  cases.groups.flatMap(({ continuations }, g) =>
    continuations.map(({ length }, c) => (starts[g]?.[c] ?? Number.NaN) + length - 1),
  );

type Expected = ReturnType<typeof readExpected>;

function expectStep({ loss, gradients }: { loss: Scalar; gradients: Gradients }, expected: Expected): void {
  expectEqual('loss', loss, expected('loss'));
  for (const [name, gradient] of Object.entries(gradients)) expectEqual(name, gradient, expected(name));
}

function expectEqual(name: string, actual: Tensor, expected: ReturnType<Expected>): void {
  expect(actual.shape, name).toEqual([...expected.shape]);
  const values = actual.dataSync<'float32'>();
  // Where exact arithmetic gives 0, as for a bias that cancels in a pair, there is nothing to be relative to.
  let [error, size] = [0, 1e-3];
  for (const [i, value] of expected.values.entries()) {
    error = Math.max(error, Math.abs((values[i] ?? Number.NaN) - value));
    size = Math.max(size, Math.abs(value));
  }
  expect(error / size, `${name}: relative difference`).toBeLessThan(TOLERANCE);
}
