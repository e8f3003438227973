import {
  createOptimiserState,
  disposeParameters,
  familyConfig,
  headName,
  initialiseParameters,
  type Kernels,
  pack,
  parameter,
  RandomGenerator,
  updateParameters,
} from '@laurel/learning';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { fusedKernels } from './fused-kernels.ts';
import { loadEngine } from './native.ts';

const VOCABULARY = 16;
const LENGTH = 32;
const STEPS = 240;
/** Steps whose mean loss is one point of a curve. */
const WINDOW = 20;
const settings = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01, maxGradientNorm: 1 };

beforeAll(async () => {
  expect((await loadEngine()).grade).toBe('fused');
});

const tableRandom = RandomGenerator.fromSeed(1);
const TABLE = Array.from({ length: VOCABULARY }, () => tableRandom.integer(VOCABULARY));

/** A language in which a token names the one after the next, nine times in ten, by a table to learn by heart. */
function sentence(random: RandomGenerator): number[] {
  const tokens = [random.integer(VOCABULARY), random.integer(VOCABULARY)];
  while (tokens.length < LENGTH) {
    const named = TABLE[tokens.at(-2) ?? 0] ?? 0;
    tokens.push(random.uniform() < 0.9 ? named : random.integer(VOCABULARY));
  }
  return tokens;
}

/** The curve of a model's losses as it learns the language, nats a token. */
function losses(kernels: Kernels, family: 'gpt2' | 'llama'): number[] {
  const size = { vocab_size: VOCABULARY, n_positions: LENGTH, n_embd: 64, n_layer: 2, n_head: 4, n_kv_head: 2 };
  const config = familyConfig(family, size);
  const random = RandomGenerator.fromSeed(4);
  const parameters = initialiseParameters(config, random);
  const state = createOptimiserState(parameters);
  const curve: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { batch } = pack(Array.from({ length: 16 }, () => ({ prefix: sentence(random), continuations: [] })));
    const rows = Int32Array.from(batch.tokens.keys()).filter((row) => (row + 1) % LENGTH !== 0);
    const targets = rows.map((row) => batch.tokens[row + 1] ?? 0);
    const pass = kernels.forwardForTraining({ config, parameters }, batch, rows);
    const loss = (hidden: Tensor, head: Tensor) =>
      tf.neg(tf.mean(kernels.tokenLogProbs(hidden as Tensor2D, head as Tensor2D, targets, 1).logProbs as Tensor1D));
    const head = parameter(parameters, headName(config));
    const { value, grads } = tf.valueAndGrads(loss as never)([pass.hidden, head]);
    const [dHidden, dHead] = grads as [Tensor2D, Tensor];
    const gradients = pass.backward(dHidden);
    const embedding = gradients[headName(config)];
    gradients[headName(config)] = embedding ? tf.add(embedding, dHead) : dHead;
    updateParameters(kernels, { parameters, gradients, state, settings, learningRate: 3e-3 });
    const point = Math.floor(step / WINDOW);
    curve[point] = (curve[point] ?? 0) + (value.dataSync()[0] ?? Number.NaN) / WINDOW;
    tf.dispose([value, dHidden, dHead, ...Object.values(gradients), ...(embedding ? [embedding] : [])]);
  }
  disposeParameters(parameters);
  return curve;
}

it.each(['gpt2', 'llama'] as const)('%s learns in bfloat16 as fast and as much as in float32', (family) => {
  const [float32 = [], bfloat16 = []] = (['float32', 'bfloat16'] as const).map((precision) =>
    losses(fusedKernels(precision), family),
  );
  // The second token is any of 16; each later one leaves 0.565 nats, the entropy of what was said of the language.
  const least = (Math.log(VOCABULARY) + (LENGTH - 2) * 0.565) / (LENGTH - 1);
  expect(float32.at(-1)).toBeLessThan(least + 0.05);
  float32.forEach((loss, i) => {
    expect(Math.abs((bfloat16[i] ?? Number.NaN) - loss), `steps ${WINDOW * i} to ${WINDOW * (i + 1)}`).toBeLessThan(
      0.1,
    );
  });
  expect(Math.abs((bfloat16.at(-1) ?? Number.NaN) - (float32.at(-1) ?? 0))).toBeLessThan(0.02);
});
