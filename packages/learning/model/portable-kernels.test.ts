import '@tensorflow/tfjs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { chooseToken } from './choose-token.ts';
import { familyConfig } from './family-config.ts';
import type { Decoder } from './kernels.ts';
import { headName, type ModelConfig } from './model-config.ts';
import { pack } from './packed-batch.ts';
import { initialiseLora, initialiseParameters } from './parameters.ts';
import { portableKernels } from './portable-kernels.ts';

const size = { vocab_size: 31, n_positions: 24, n_embd: 16, n_layer: 2, n_head: 4, n_kv_head: 2 };
const llama = familyConfig('llama', size);
const lora = { rank: 2, alpha: 3 };
/** Every setting that a family makes, and LoRA. */
const settings: [name: string, config: ModelConfig, lora: typeof lora | null][] = [
  ['GPT-2', familyConfig('gpt2', size), null],
  ['GPT-NeoX', familyConfig('gpt_neox', { ...size, n_embd: 32 }), null],
  ['Llama', llama, null],
  ['Qwen2', familyConfig('qwen2', size), null],
  ['heads wider than D / H', { ...llama, head_size: 6, rotary: { size: 4, theta: 100, scaling: null } }, null],
  ['Llama with LoRA', llama, lora],
];
const groups = [
  {
    prefix: [1, 2, 3, 4, 5],
    continuations: [
      [6, 7, 8],
      [9, 10],
    ],
  },
  { prefix: [11, 12], continuations: [] },
  { prefix: [13, 14, 15], continuations: [[16], [17, 18, 19, 20]] },
];
/** Weights larger than at the start of training, so that a wrong mask shows. */
function newDecoder(config: ModelConfig, lora: Decoder['lora'] = null): Decoder {
  const random = RandomGenerator.fromSeed(7);
  const parameters = initialiseParameters(config, random);
  for (const [name, tensor] of Object.entries(parameters)) if (tensor.rank === 2) parameters[name] = tf.mul(tensor, 10);
  const adapters = lora ? initialiseLora(config, lora, random) : {};
  for (const [name, tensor] of Object.entries(adapters)) {
    const values = Float32Array.from({ length: tensor.size }, () => 0.3 * random.normal());
    parameters[name] = tf.tensor(values, tensor.shape);
  }
  tf.dispose(adapters);
  return { config, parameters, lora };
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const everyRow = (count: number) => Int32Array.from({ length: count }, (_, row) => row);

const flatten = (values: number[][]) => values.flat();
function expectClose(actual: number[], expected: number[], tolerance = 1e-5) {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(tolerance);
}

describe.each(settings)('%s', (_name, config, lora) => {
  let decoder: Decoder;
  beforeAll(() => {
    decoder = newDecoder(config, lora);
  });

  /** Hidden states of one sequence computed alone. */
  function alone(tokens: number[]): number[][] {
    const { batch } = pack([{ prefix: tokens, continuations: [] }]);
    const hidden = portableKernels.forward(decoder, batch, everyRow(tokens.length));
    const values = hidden.arraySync();
    hidden.dispose();
    return values;
  }

  describe('forward', () => {
    it('computes each continuation as if its sequence were alone (detail 5)', () => {
      const { batch, starts } = pack(groups);
      for (const [g, { prefix, continuations }] of groups.entries())
        for (const [c, continuation] of continuations.entries()) {
          const rows = Int32Array.from(continuation, (_, i) => (starts[g]?.[c] ?? 0) + i);
          const hidden = portableKernels.forward(decoder, batch, rows);
          expectClose(flatten(hidden.arraySync()), flatten(alone([...prefix, ...continuation]).slice(prefix.length)));
          hidden.dispose();
        }
    });

    it('lets nothing of a later token or of a sibling through', () => {
      const changed = structuredClone(groups);
      (changed[0] as { continuations: number[][] }).continuations[1] = [21, 22];
      const before = portableKernels.forward(decoder, pack(groups).batch, everyRow(8));
      const after = portableKernels.forward(decoder, pack(changed).batch, everyRow(8));
      expect(after.dataSync()).toEqual(before.dataSync());
      tf.dispose([before, after]);
    });
  });

  describe('forwardForTraining', () => {
    it('gives the hidden states of forward, and gradients that agree with differences', () => {
      const { batch } = pack(groups);
      const rows = Int32Array.of(3, 7, 9, 14, 19);
      const random = RandomGenerator.fromSeed(3);
      const direction = tf.tensor2d(
        Float32Array.from({ length: 5 * config.n_embd }, () => random.normal()),
        [5, config.n_embd],
      );
      const objective = () =>
        tf.tidy(() => tf.sum(tf.mul(portableKernels.forward(decoder, batch, rows), direction)).dataSync()[0] ?? 0);
      const pass = portableKernels.forwardForTraining(decoder, batch, rows);
      const hidden = portableKernels.forward(decoder, batch, rows);
      expect(pass.hidden.dataSync()).toEqual(hidden.dataSync());
      const gradients = pass.backward(direction);
      const isTrained = (name: string) => (lora ? name.includes('.lora_') : name !== 'lm_head.weight');
      expect(Object.keys(gradients).sort()).toEqual(Object.keys(decoder.parameters).filter(isTrained).sort());
      for (const [name, gradient] of Object.entries(gradients)) {
        const original = decoder.parameters[name] as tf.Tensor;
        expect(gradient.shape).toEqual(original.shape);
        const slope = (step: number) => {
          decoder.parameters[name] = tf.add(original, tf.mul(gradient, step));
          const value = objective();
          decoder.parameters[name].dispose();
          return value;
        };
        const squared = tf.tidy(() => tf.sum(tf.square(gradient)).dataSync()[0] ?? 0);
        const step = 3e-3 / Math.sqrt(squared);
        const measured = (slope(step) - slope(-step)) / (2 * step);
        decoder.parameters[name] = original;
        expect(Math.abs(measured / squared - 1), name).toBeLessThan(2e-2);
      }
      tf.dispose([direction, hidden, gradients]);
    });
  });

  describe('startDecoding', () => {
    it('chooses as from the whole sequence computed at once, and goes on with the rows kept', () => {
      const prompts = [
        [1, 2, 3, 4, 5],
        [11, 12],
      ];
      const { batch } = pack(prompts.map((prefix) => ({ prefix, continuations: [] })));
      const decoding = portableKernels.startDecoding(decoder, batch, Int32Array.of(0, 1, 0), 4);
      const head = decoder.parameters[headName(config)] as Tensor2D;
      const expectChoices = (sequences: number[][]) => {
        const uniforms = Float64Array.from(sequences, (_, row) => (row + 1) / 4);
        const expected = sequences.map((tokens, row) => {
          const last = tf.tensor2d([alone(tokens).at(-1) ?? []]);
          const logits = tf.tidy(() => tf.matMul(last, head, false, true).dataSync<'float32'>());
          return chooseToken(logits, 0.7, uniforms[row] ?? 0);
        });
        const { tokens, logProbs } = decoding.sample(uniforms, 0.7);
        expect([...tokens]).toEqual(expected.map(({ token }) => token));
        expectClose(
          [...logProbs],
          expected.map(({ logProb }) => logProb),
          1e-4,
        );
      };
      expectChoices([
        [1, 2, 3, 4, 5],
        [11, 12],
        [1, 2, 3, 4, 5],
      ]);
      decoding.advance(Int32Array.of(7, 8, 9));
      expectChoices([
        [1, 2, 3, 4, 5, 7],
        [11, 12, 8],
        [1, 2, 3, 4, 5, 9],
      ]);
      decoding.keep(Int32Array.of(1, 2));
      decoding.advance(Int32Array.of(20, 21));
      expectChoices([
        [11, 12, 8, 20],
        [1, 2, 3, 4, 5, 9, 21],
      ]);
      decoding.dispose();
    });

    it('refuses what does not fit the context', () => {
      const { batch } = pack([{ prefix: everyRow(20) as unknown as number[], continuations: [] }]);
      expect(() => portableKernels.startDecoding(decoder, batch, Int32Array.of(0), 5)).toThrow(
        '20 tokens and 5 new ones exceed the context of 24',
      );
    });
  });

  it('leaks nothing', () => {
    const { batch } = pack(groups);
    const run = () => {
      portableKernels.forward(decoder, batch, Int32Array.of(4, 9)).dispose();
      portableKernels.forwardForTraining(decoder, batch, Int32Array.of(4)).dispose();
      const pass = portableKernels.forwardForTraining(decoder, batch, Int32Array.of(4, 9));
      const gradient = tf.onesLike(pass.hidden);
      tf.dispose([gradient, pass.backward(gradient)]);
      const decoding = portableKernels.startDecoding(decoder, batch, Int32Array.of(0, 3), 3);
      decoding.advance(Int32Array.of(1, 2));
      decoding.sample(Float64Array.of(0.1, 0.9), 1);
      decoding.keep(Int32Array.of(1));
      decoding.dispose();
      tf.dispose(
        tf.tidy(() => portableKernels.tokenLogProbs(tf.ones([2, 16]), tf.ones([31, 16]), Int32Array.of(1, 2), 1)),
      );
    };
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('tokenLogProbs', () => {
  const hidden = tf.tensor2d([
    [1, 0],
    [0, 2],
  ]);
  const wte = tf.tensor2d([
    [1, 0],
    [0, 1],
    [1, 1],
  ]);

  it('is log softmax of hidden · wteᵀ / T, with its entropy', () => {
    const { logProbs, entropy } = portableKernels.tokenLogProbs(hidden, wte, Int32Array.of(1, 2), 0.5);
    // Logits over T: [2, 0, 2] and [0, 4, 4].
    const [first, second] = [2 * Math.exp(2) + 1, 1 + 2 * Math.exp(4)];
    expectClose([...logProbs.dataSync()], [-Math.log(first), 4 - Math.log(second)]);
    const entropyOf = (p: number[]) => -p.reduce((sum, value) => sum + value * Math.log(value), 0);
    const expected = [
      entropyOf([Math.exp(2) / first, 1 / first, Math.exp(2) / first]),
      entropyOf([1 / second, Math.exp(4) / second, Math.exp(4) / second]),
    ];
    expectClose([...entropy.dataSync()], expected);
  });

  it('is differentiable in hidden and wte', () => {
    const sum = (h: tf.Tensor, w: tf.Tensor) =>
      tf.sum(portableKernels.tokenLogProbs(h as Tensor2D, w as Tensor2D, Int32Array.of(1, 2), 1).logProbs);
    const [dHidden, dWte] = tf.grads(sum)([hidden, wte]) as [tf.Tensor, tf.Tensor];
    const p = Math.exp(1) / (2 * Math.exp(1) + 1);
    const q = Math.exp(2) / (2 * Math.exp(2) + 1);
    // d log p(1) / d hidden = wte[1] − Σ pᵢ wte[i].
    expectClose([...dHidden.dataSync()], [-2 * p, 1 - (1 - 2 * p) - p, 1 - q - (1 - 2 * q), 1 - 2 * q]);
    expectClose([...dWte.dataSync()], [-p, -2 * (1 - 2 * q), 1 - (1 - 2 * p), -2 * q, -p, 2 - 2 * q]);
  });
});

it('squaredNorm sums the squares of all gradients', () => {
  expect(portableKernels.squaredNorm({ a: tf.tensor1d([1, 2]), b: tf.tensor2d([[3], [4]]) })).toBe(30);
});
