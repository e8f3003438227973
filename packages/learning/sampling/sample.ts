import type { Choices, Decoder, Kernels } from '../model/kernels.ts';
import { pack } from '../model/packed-batch.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { TOKENS_PER_DECODING } from '../settings/hyperparameters.ts';

/** One sampled completion. */
export interface Sample {
  /** Tokens up to and with the first end of text (detail 9). */
  tokens: number[];
  /** Of each token, at the sampling temperature, nats. */
  logProbs: number[];
  /** Whether it has an end of text. */
  finished: boolean;
}

export interface SamplingOptions {
  /** Samples of each prompt. */
  n: number;
  /** 0 takes the most likely token each time. */
  temperature: number;
  maxNewTokens: number;
  /** Sample k of prompt p draws from a fork of its own, so that a sample does not depend on what it is computed with. */
  random: RandomGenerator;
  endOfText: number;
  tokensPerDecoding?: number;
}

/** A sample in the making. */
interface Row extends Sample {
  prompt: number;
  random: RandomGenerator;
}

/** Samples `n` completions of each prompt with a key/value cache; `samples[p][k]`. Prompts must leave room for `maxNewTokens`. */
export function sample(
  kernels: Kernels,
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  options: SamplingOptions,
): Sample[][] {
  const steps = samplingSteps(kernels, decoder, prompts, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same token by token: after each it yields the samples as they are, the same objects each time. */
export function* samplingSteps(
  kernels: Kernels,
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  options: SamplingOptions,
): Generator<readonly Sample[][], Sample[][]> {
  const { n, random, maxNewTokens, tokensPerDecoding = TOKENS_PER_DECODING } = options;
  const rows = prompts.map((_, prompt) =>
    Array.from({ length: n }, (_, k): Row => {
      return { prompt, random: random.fork(`prompt ${prompt} sample ${k}`), tokens: [], logProbs: [], finished: false };
    }),
  );
  let first = 0;
  while (first < prompts.length) {
    let end = first;
    let room = tokensPerDecoding;
    do room -= (prompts[end]?.length ?? 0) + n * maxNewTokens;
    while (++end < prompts.length && room >= (prompts[end]?.length ?? 0) + n * maxNewTokens);
    const steps = complete(kernels, decoder, prompts.slice(first, end), rows.slice(first, end), options);
    for (const _ of steps) yield rows;
    first = end;
  }
  return rows.map((samples) => samples.map(({ tokens, logProbs, finished }) => ({ tokens, logProbs, finished })));
}

/** Samples some prompts' rows to their ends, in place, a token a step. Rows that have ended are dropped from the computation. */
function* complete(
  kernels: Kernels,
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  rowsOf: readonly Row[][],
  { temperature, maxNewTokens, endOfText }: SamplingOptions,
): Generator<void> {
  const { batch } = pack(prompts.map((prefix) => ({ prefix, continuations: [] })));
  const promptOf = Int32Array.from(rowsOf.flatMap((rows, p) => rows.map(() => p)));
  const decoding = kernels.startDecoding(decoder, batch, promptOf, maxNewTokens);
  try {
    let going = rowsOf.flat();
    for (let length = 1; length <= maxNewTokens; length++) {
      const uniforms = Float64Array.from(going, ({ random }) => random.uniform());
      appendTokens(going, decoding.sample(uniforms, temperature), endOfText);
      yield;
      const kept = Int32Array.from(going.flatMap(({ finished }, i) => (finished ? [] : [i])));
      if (kept.length === 0 || length === maxNewTokens) return;
      if (kept.length < going.length) {
        decoding.keep(kept);
        going = going.filter(({ finished }) => !finished);
      }
      decoding.advance(Int32Array.from(going, ({ tokens }) => tokens.at(-1) ?? 0));
    }
  } finally {
    decoding.dispose();
  }
}

function appendTokens(rows: readonly Row[], { tokens, logProbs }: Choices, endOfText: number): void {
  rows.forEach((row, b) => {
    row.tokens.push(tokens[b] as number);
    row.logProbs.push(logProbs[b] as number);
    row.finished = tokens[b] === endOfText;
  });
}
