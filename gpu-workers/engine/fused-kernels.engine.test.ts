import {
  copyParameters,
  type Decoder,
  disposeParameters,
  type Kernels,
  type PackedBatch,
  pack,
  portableKernels,
  RandomGenerator,
} from '@laurel/learning';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { distance, gpt2, llama, models, newDecoder, precisions, size, tolerances } from '../testing/family-models.ts';
import { fusedKernels } from './fused-kernels.ts';
import { loadEngine } from './native.ts';
import { countHandles } from './tensorflow-ops.ts';

beforeAll(async () => {
  expect((await loadEngine()).grade).toBe('fused');
});

const random = RandomGenerator.fromSeed(7);
const tokens = (length: number) => Array.from({ length }, () => random.integer(size.vocab_size));

/** Comparisons, a lone demonstration, a longer block of scores than one, an empty prefix, an empty continuation. */
const batch: PackedBatch = pack([
  { prefix: tokens(70), continuations: [tokens(9), tokens(13)] },
  { prefix: tokens(5), continuations: [] },
  { prefix: tokens(20), continuations: [tokens(80), tokens(1), tokens(4)] },
  { prefix: [], continuations: [tokens(6)] },
  { prefix: tokens(3), continuations: [tokens(2), []] },
]).batch;
const rows = Int32Array.of(69, 69, 78, 91, 96, 30, 196, 197, batch.tokens.length - 1);

const cases = precisions.flatMap((precision) => models.map((model) => ({ precision, ...model })));

describe.each(cases)('fused kernels of $name in $precision', ({ precision, config, lora }) => {
  const tolerance = tolerances[precision];
  let fused: Kernels;
  let decoder: Decoder;
  beforeAll(() => {
    fused = fusedKernels(precision);
    decoder = newDecoder({ config, lora });
  });

  it('compute the hidden states of the portable ones', () => {
    const actual = fused.forward(decoder, batch, rows);
    const expected = portableKernels.forward(decoder, batch, rows);
    expect(actual.shape).toEqual([rows.length, config.n_embd]);
    expect(distance(actual, expected)).toBeLessThan(tolerance);
  });

  it('compute the gradient of every parameter that is trained', () => {
    const gradient = tf.randomNormal([rows.length, config.n_embd], 0, 1, 'float32', 3) as Tensor2D;
    const [actual, expected] = [fused, portableKernels].map((kernels) =>
      kernels.forwardForTraining(decoder, batch, rows).backward(gradient),
    );
    expect(Object.keys(actual ?? {}).sort()).toEqual(Object.keys(expected ?? {}).sort());
    for (const [name, tensor] of Object.entries(expected ?? {})) {
      expect(actual?.[name]?.shape).toEqual(tensor.shape);
      // Keys' bias has no gradient but rounding, so it is compared with the rest of its vector.
      expect(distance(actual?.[name] as Tensor, tensor), name).toBeLessThan(2 * tolerance);
    }
  });

  it('are deterministic to the last bit, however little memory there is', () => {
    const gradient = tf.randomNormal([rows.length, config.n_embd], 0, 1, 'float32', 3) as Tensor2D;
    const bits = (kernels: Kernels) => {
      const gradients = kernels.forwardForTraining(decoder, batch, rows).backward(gradient);
      return Object.entries(gradients).map(([name, tensor]) => [name, tensor.dataSync().slice()]);
    };
    const first = bits(fused);
    for (let i = 0; i < 3; i++) expect(bits(fused)).toEqual(first);
    for (const budgetBytes of [0, 1e6]) expect(bits(fusedKernels(precision, budgetBytes))).toEqual(first);
  });

  it('keep no memory from one step to the next', () => {
    const recomputing = fusedKernels(precision, 0);
    const step = () => {
      const recomputed = recomputing.forwardForTraining(decoder, batch, rows);
      tf.dispose(recomputed.backward(recomputed.hidden));
      const pass = fused.forwardForTraining(decoder, batch, rows);
      const gradients = pass.backward(pass.hidden);
      fused.squaredNorm(gradients);
      tf.dispose(gradients);
      fused.forwardForTraining(decoder, batch, rows).dispose();
      fused.forward(decoder, batch, rows).dispose();
      const decoding = fused.startDecoding(decoder, batch, Int32Array.of(0, 0, 3), 4);
      decoding.advance(Int32Array.of(1, 2, 3));
      decoding.keep(Int32Array.of(0, 2));
      decoding.sample(Float64Array.of(0.1, 0.9), 1);
      decoding.dispose();
    };
    step();
    const before = [tf.memory().numTensors, countHandles()];
    for (let i = 0; i < 3; i++) step();
    expect([tf.memory().numTensors, countHandles()]).toEqual(before);
  });
});

describe('the memory for activations', () => {
  it.each(precisions)('in %s decides how much a pass keeps of its blocks', (precision) => {
    const decoder = newDecoder({ config: llama });
    const held = (budgetBytes?: number) => {
      const before = countHandles();
      const pass = fusedKernels(precision, budgetBytes).forwardForTraining(decoder, batch, rows);
      const count = countHandles() - before;
      pass.dispose();
      return count;
    };
    // Of a block that is computed again all but its input is gone: ten tensors.
    const blockTensors = 10;
    expect([held(0), held(precision === 'float32' ? 1e6 : 0.6e6)].map((count) => held() - count)).toEqual([
      3 * blockTensors,
      2 * blockTensors,
    ]);
  });
});

describe('parameters', () => {
  it.each(precisions)('in %s may be updated in place, replaced and disposed', (precision) => {
    const fused = fusedKernels(precision);
    const parameters = copyParameters(newDecoder({ config: gpt2 }).parameters);
    const model = { config: gpt2, parameters };
    const zeros = () => Object.fromEntries(Object.entries(parameters).map(([name, t]) => [name, tf.zeros(t.shape)]));
    const agree = () => {
      const [actual, expected] = [fused, portableKernels].map((kernels) => kernels.forward(model, batch, rows));
      expect(distance(actual as Tensor, expected as Tensor)).toBeLessThan(tolerances[precision]);
    };
    agree();
    const pass = fused.forwardForTraining(model, batch, rows);
    const gradients = pass.backward(tf.onesLike(pass.hidden));
    const settings = { step: 1, learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
    fused.adamW({
      parameters,
      gradients,
      firstMoments: zeros(),
      secondMoments: zeros(),
      gradientScale: 1,
      ...settings,
    });
    agree();
    const name = 'h.1.mlp.c_fc.weight';
    const replaced = parameters[name] as Tensor;
    parameters[name] = tf.randomNormal(replaced.shape, 0, 0.2, 'float32', 5);
    replaced.dispose();
    agree();
    disposeParameters(parameters);
  });
});

describe('token log-probabilities', () => {
  const hidden = () => tf.randomNormal([7, size.n_embd], 0, 1, 'float32', 11) as Tensor2D;
  const targets = Int32Array.of(0, 60, 5, 5, 17, 33, 2);

  it('and their gradients are those of the portable kernels', () => {
    const wte = newDecoder({ config: gpt2 }).parameters['wte.weight'] as Tensor2D;
    const results = [fusedKernels('float32'), portableKernels].map((kernels) => {
      const { entropy } = kernels.tokenLogProbs(hidden(), wte, targets, 0.7);
      const weighted = (h: Tensor, w: Tensor) =>
        tf.sum(tf.mul(kernels.tokenLogProbs(h as Tensor2D, w as Tensor2D, targets, 0.7).logProbs, tf.range(1, 8)));
      const { value, grads } = tf.valueAndGrads(weighted as never)([hidden(), wte]);
      return [entropy, value, ...grads];
    });
    results[0]?.forEach((tensor, i) => {
      expect(distance(tensor, results[1]?.[i] as Tensor)).toBeLessThan(1e-4);
    });
  });
});

describe('AdamW in place', () => {
  let decoder: Decoder;
  beforeAll(() => {
    decoder = newDecoder({ config: gpt2 });
  });

  it('updates parameters and moments as the portable one does, three steps long', () => {
    const [fused, portable] = [fusedKernels('float32'), portableKernels].map((kernels) => {
      const parameters = copyParameters(decoder.parameters);
      const shapes = Object.entries(parameters).map(([name, tensor]) => [name, tensor.shape] as const);
      const zeros = () => Object.fromEntries(shapes.map(([name, shape]) => [name, tf.zeros(shape)]));
      const [firstMoments, secondMoments] = [zeros(), zeros()];
      for (let step = 1; step <= 3; step++) {
        const gradients = Object.fromEntries(
          shapes.map(([name, shape], i) => [name, tf.randomNormal(shape, 0, 1, 'float32', 100 * step + i)]),
        );
        const settings = {
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.95,
          epsilon: 1e-5,
          weightDecay: 0.1,
          gradientScale: 0.5,
        };
        kernels.adamW({ parameters, gradients, firstMoments, secondMoments, step, ...settings });
      }
      return { parameters, firstMoments, secondMoments };
    });
    for (const record of ['parameters', 'firstMoments', 'secondMoments'] as const)
      for (const [name, tensor] of Object.entries(portable?.[record] ?? {}))
        expect(distance(fused?.[record][name] as Tensor, tensor), `${record} ${name}`).toBeLessThan(1e-5);
  });

  it('and the squared norm agrees', () => {
    const expected = portableKernels.squaredNorm(decoder.parameters);
    expect(fusedKernels('float32').squaredNorm(decoder.parameters) / expected).toBeCloseTo(1, 5);
  });
});
