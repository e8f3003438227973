/** Our sampling; a round is some batches of prompts. */
import { RandomGenerator, readModelFiles, type SamplingOptions, sample } from '@laurel/learning';
import { contest } from '../core/contestant.ts';
import type { SamplingSettings } from '../sampling/sampling-settings.ts';
import { loadLaurel, readModel, readRows } from './laurel.ts';

const NO_END = -1;

interface TokenRow {
  tokens: number[];
}

await contest<SamplingSettings>(async ({ folder, settings }) => {
  const { kernels, ready } = await loadLaurel();
  const { rows, batchesPerRound, newTokens: maxNewTokens, temperature, seed } = settings;
  const { decoder } = readModelFiles(readModel(folder, 'model'));
  const prompts = readRows<TokenRow>(folder, 'prompts.jsonl').map(({ tokens }) => tokens);
  const random = RandomGenerator.fromSeed(seed);
  const drawing: SamplingOptions = { n: 1, temperature, maxNewTokens, random, endOfText: NO_END };

  const greedy = sample(kernels, decoder, prompts.slice(0, rows), { ...drawing, temperature: 0 }).flat();
  const expected = readRows<TokenRow>(folder, 'greedy.jsonl').flatMap(({ tokens }) => tokens);
  const chosen = greedy.flatMap(({ tokens }) => tokens);
  const greedyAgreement = chosen.filter((token, i) => token === expected[i]).length / expected.length;
  sample(kernels, decoder, prompts.slice(0, rows), drawing); // warm

  return {
    ...ready,
    async round(i) {
      const first = i * batchesPerRound;
      const batches = Array.from({ length: batchesPerRound }, (_, b) =>
        prompts.slice((first + b) * rows, (first + b + 1) * rows),
      );
      const startMs = performance.now();
      const samples = batches.flatMap((batch, b) =>
        sample(kernels, decoder, batch, { ...drawing, random: random.fork(`batch ${first + b}`) }).flat(),
      );
      const seconds = (performance.now() - startMs) / 1000;
      const logProbs = samples.flatMap((each) => each.logProbs);
      const meanLogProb = logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
      return { seconds, units: logProbs.length, values: [meanLogProb], figures: { greedyAgreement } };
    },
  };
});
