import { type Kernels, type RandomGenerator, readModelFiles, sample } from '@laurel/learning';
import { type Comparison, compare, compareTokens, list } from '../comparison.ts';
import { cases, modelFiles, readJson } from '../fixtures.ts';

interface ExpectedSample {
  tokens: number[];
  uniforms: number[];
  log_probs: number[];
}
interface ExpectedGeneration {
  greedy: number[][];
  samples: ExpectedSample[][];
}

/** Greedy completions, and samples given the same uniforms: identical tokens, from the key/value cache. */
export function generation(kernels: Kernels, family: string): Comparison[] {
  const expected = readJson<ExpectedGeneration>(`families/${family}/generation.json`);
  const { decoder } = readModelFiles(modelFiles(family, 'policy'));
  const { samples: n, max_new_tokens: maxNewTokens } = cases.generation;
  const prompts = cases.groups.map(({ prefix }) => prefix);
  const options = { maxNewTokens, random: storedUniforms(expected.samples), endOfText: cases.end_of_text };
  const greedy = sample(kernels, decoder, prompts, { ...options, n: 1, temperature: 0 }).flat();
  const samples = sample(kernels, decoder, prompts, { ...options, n, temperature: cases.temperature }).flat();
  const tokensOf = (each: readonly { tokens: number[] }[]) => each.map(({ tokens }) => tokens);
  const logProbs = samples.flatMap((each) => each.logProbs);
  const expectedLogProbs = expected.samples.flat().flatMap((each) => each.log_probs);
  return [
    compareTokens('greedy tokens', tokensOf(greedy), expected.greedy),
    compareTokens('sampled tokens', tokensOf(samples), tokensOf(expected.samples.flat())),
    compare('sampled log-probabilities', list(logProbs), list(expectedLogProbs)),
  ];
}

/** Stands in for the generator: sample k of prompt p draws what PyTorch's sample drew. */
function storedUniforms(samples: readonly (readonly ExpectedSample[])[]): RandomGenerator {
  const fork = (name: string) => {
    const [, p, k] = /^prompt (\d+) sample (\d+)$/.exec(name) ?? [];
    const uniforms = samples[Number(p)]?.[Number(k)]?.uniforms.values();
    return { uniform: () => uniforms?.next().value ?? Number.NaN };
  };
  return { fork } as unknown as RandomGenerator;
}
