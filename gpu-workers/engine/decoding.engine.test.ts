import {
  chooseToken,
  type Decoder,
  type Decoding,
  headName,
  type Kernels,
  type PackedBatch,
  pack,
  portableKernels,
  RandomGenerator,
  sample,
} from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { distance, models, newDecoder, precisions, size, tolerances } from '../testing/family-models.ts';
import { fusedKernels } from './fused-kernels.ts';
import { loadEngine } from './native.ts';

const TEMPERATURE = 0.7;
const UNIFORMS = [0.05, 0.3, 0.55, 0.8, 0.97];

beforeAll(async () => {
  expect((await loadEngine()).grade).toBe('fused');
});

const random = RandomGenerator.fromSeed(7);
const tokens = (length: number) => Array.from({ length }, () => random.integer(size.vocab_size));
const prompts = (...lengths: number[]) =>
  pack(lengths.map((length) => ({ prefix: tokens(length), continuations: [] }))).batch;

const cases = precisions.flatMap((precision) => models.map((model) => ({ precision, ...model })));

describe.each(cases)('decoding $name in $precision', ({ precision, config, lora }) => {
  let fused: Kernels;
  let decoder: Decoder;
  beforeAll(() => {
    fused = fusedKernels(precision);
    decoder = newDecoder({ config, lora });
  });

  /** Compares what is chosen at some uniforms with what a portable pass over whole sequences would choose. */
  const expectChoices = (decoding: Decoding, batch: PackedBatch, parents: number[], own: number[][]) => {
    const rows = wholeLogits(decoder, batch, parents, own);
    for (const temperature of [TEMPERATURE, 0]) {
      const actual: number[] = [];
      const expected: number[] = [];
      for (const uniform of UNIFORMS) {
        const choices = decoding.sample(new Float64Array(own.length).fill(uniform), temperature);
        rows.forEach((logits, row) => {
          const choice = chooseToken(logits, temperature, uniform);
          const token = choices.tokens[row] ?? 0;
          if (precision === 'float32') expect(token).toBe(choice.token);
          actual.push(choices.logProbs[row] ?? 0);
          expected.push(logProb(logits, token, temperature || 1));
        });
      }
      expect(distance(tf.tensor(actual), tf.tensor(expected))).toBeLessThan(tolerances[precision]);
    }
  };

  it('chooses as from a forward pass over the whole sequence', () => {
    // A prompt of several blocks, one of a token alone, one whose tokens but the last fill a block, one with many samples.
    const batch = prompts(70, 1, 17, 4);
    let parents = [0, 0, 1, 2, ...Array.from({ length: 10 }, () => 3)];
    let own = parents.map((): number[] => []);
    const decoding = fused.startDecoding(decoder, batch, Int32Array.from(parents), 18);
    for (let step = 0; step < 18; step++) {
      if (step % 6 === 0 || step > 15) expectChoices(decoding, batch, parents, own);
      if (step === 2) {
        const kept = [0, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13];
        decoding.keep(Int32Array.from(kept));
        [parents, own] = [kept.map((row) => parents[row] as number), kept.map((row) => own[row] as number[])];
      }
      const next = tokens(own.length);
      decoding.advance(Int32Array.from(next));
      own = own.map((row, i) => [...row, next[i] as number]);
    }
    expect(() => {
      for (let step = 0; step < 16; step++) decoding.advance(Int32Array.from(tokens(own.length)));
    }).toThrow('room');
    decoding.dispose();
  });

  it('gives the same bits on every run, and the same tokens whatever a sample is computed with', () => {
    const ids = [tokens(40), tokens(3), tokens(33)];
    const draw = (tokensPerDecoding: number) =>
      sample(fused, decoder, ids, {
        n: 5,
        temperature: TEMPERATURE,
        maxNewTokens: 20,
        random: RandomGenerator.fromSeed(2),
        endOfText: 0,
        tokensPerDecoding,
      });
    const together = draw(1e6);
    expect(draw(1e6)).toEqual(together);
    expect(draw(1).flatMap((each) => each.map((one) => one.tokens))).toEqual(
      together.flatMap((each) => each.map((one) => one.tokens)),
    );
  });
});

function logProb(logits: Float32Array, token: number, temperature: number): number {
  return tf.tidy(() => tf.logSoftmax(tf.div(tf.tensor1d(logits), temperature)).dataSync()[token] ?? 0);
}

/** Next-token logits of prompt and own tokens, computed at once and portably; row by row. */
function wholeLogits(decoder: Decoder, batch: PackedBatch, parents: number[], own: number[][]): Float32Array[] {
  const sequences = own.map((ids, row) => {
    const [start = 0, length = 0] = batch.segments.subarray(3 * (parents[row] ?? 0));
    return { prefix: [...batch.tokens.subarray(start, start + length), ...ids], continuations: [] };
  });
  const whole = pack(sequences).batch;
  const last = Int32Array.from(
    sequences,
    (_, i) => (whole.segments[3 * i] ?? 0) + (whole.segments[3 * i + 1] ?? 0) - 1,
  );
  return tf.tidy(() => {
    const hidden = portableKernels.forward(decoder, whole, last);
    const head = decoder.parameters[headName(decoder.config)] as Tensor2D;
    return tf.unstack(tf.matMul(hidden, head, false, true)).map((row) => row.dataSync<'float32'>().slice());
  });
}
