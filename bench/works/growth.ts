import { join } from 'node:path';
import { renderPrompt } from '@laurel/contracts';
import { generateCorpus } from '@laurel/learning/testing';
import type { Mode, Work } from '../core/work.ts';
import { SEED, writeRows } from '../prepare.ts';
import type { TrainingSettings } from '../training/training-settings.ts';

const MOST = 100_000;
const COMPARISONS_A_POST = 5;
const RUN: TrainingSettings = {
  warmUpSteps: 1,
  stepsPerRound: 8,
  batchSize: 32,
  learningRate: 1e-4,
  epochs: 4,
  seed: SEED,
};

const comparisons = (count: number): Mode => ({
  name: `Laurel, ${count.toLocaleString('en')} comparisons`,
  script: 'contestants/growth-comparisons.ts',
  settings: { comparisons: count },
});

const context = (tokens: number): Mode => ({
  name: `Laurel, ${tokens} tokens of context`,
  script: 'contestants/growth-context.ts',
  settings: { context: tokens },
});

/** Ours against ours: whether a token costs the same in a hundred times as many rows, and an operation the same in eight times the context. */
export const growthWorks: Work[] = [
  {
    name: 'growth-comparisons',
    description: 'reward model, 6 × 256, generated comparisons, 32 a step: 100,000 of them against 1,000',
    unit: 'tokens',
    model: '6x256',
    settings: { ...RUN },
    async prepare(_, folder) {
      const documents = MOST / COMPARISONS_A_POST;
      const corpus = generateCorpus({
        seed: SEED,
        texts: 0,
        documents,
        comparisons: MOST,
        heldOutDocuments: 0,
        heldOutComparisons: 0,
      });
      // A post's comparisons side by side, so that the first thousand have as many a post.
      const byPost = corpus.comparisons.toSorted((a, b) => (a.info.id < b.info.id ? -1 : 1));
      const rows = byPost.map(({ info, summaries, choice }) => ({
        group: info.id,
        prompt: renderPrompt(info),
        chosen: summaries[choice].text,
        rejected: summaries[choice === 0 ? 1 : 0].text,
      }));
      writeRows(join(folder, 'comparisons.jsonl'), rows);
    },
    ours: [comparisons(MOST)],
    peers: [comparisons(1_000)],
    goal: { ratio: 0.9 },
    check: null, // the sides see other rows
  },
  {
    name: 'growth-context',
    description:
      'loss and gradients of a language model, 6 × 256, 16,384 tokens: sequences of 2,048 against those of 256',
    unit: 'GFLOP',
    model: null,
    settings: { tokensPerRound: 16_384, seed: SEED },
    async prepare() {},
    ours: [context(2048)],
    peers: [context(256)],
    goal: { ratio: 0.9 },
    check: null, // the sides see other rows
  },
];
