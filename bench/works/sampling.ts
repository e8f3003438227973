import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DemonstrationRow } from '@laurel/contracts';
import type { Tokenizer } from '@laurel/learning';
import { pythonOfPeers } from '../core/python-environment.ts';
import type { Goal, Mode, Work } from '../core/work.ts';
import { type ModelSize, SEED, writeRows } from '../prepare.ts';
import type { SamplingSettings } from '../sampling/sampling-settings.ts';
import { ourModes } from '../training/training-modes.ts';

const COMMON = { promptTokens: 320, newTokens: 48, temperature: 0.7, seed: SEED };

const PEERS: readonly Mode[] = (['float32', 'bfloat16'] as const).flatMap((precision) => {
  const script = 'peers/sampling.py';
  const short = precision === 'bfloat16' ? 'bf16' : precision;
  const generate = (cache: string): Mode => {
    const settings = { method: 'generate', precision, cache };
    return { name: `transformers generate, ${cache} cache, ${short}`, script, settings };
  };
  return [
    generate('dynamic'),
    generate('static'),
    { name: `PyTorch loop with a cache in place, ${short}`, script, settings: { method: 'loop', precision } },
    {
      name: `PyTorch loop with a cache in place, compiled, ${short}`,
      script,
      settings: { method: 'loop', precision, compile: true },
    },
  ];
});

/** Sampling from distinct prompts, so many at a time. */
function samplingWork(
  model: ModelSize,
  goal: Goal,
  { tolerance, ...batch }: Pick<SamplingSettings, 'rows' | 'batchesPerRound'> & { tolerance: number },
): Work {
  const settings: SamplingSettings = { ...COMMON, ...batch };
  return {
    name: `sampling-${model}-${batch.rows}`,
    description: `${settings.newTokens} tokens after ${settings.promptTokens}, ${model.replace('x', ' × ')}, ${batch.rows} at a time`,
    unit: 'tokens',
    model,
    settings: { ...settings },
    async prepare({ posts, tokenizer }, folder) {
      writeRows(join(folder, 'prompts.jsonl'), cutIntoPrompts(tokenizer, posts, settings.promptTokens));
      writeGreedyTokens(folder, settings);
    },
    ours: ourModes('contestants/sampling.ts'),
    peers: PEERS,
    goal,
    check: {
      values: 'mean log-probability of the sampled tokens',
      // Both draw: four standard errors of the difference of two rounds, whatever the precision.
      tolerance: { float32: tolerance, bfloat16: tolerance },
    },
  };
}

/** The posts end to end, in pieces of equal length, so that nobody has to pad. */
function cutIntoPrompts(tokenizer: Tokenizer, posts: readonly DemonstrationRow[], length: number) {
  const tokens = posts.flatMap(({ prompt: { head, post, tail } }) => tokenizer.encode(head + post + tail));
  return Array.from({ length: Math.floor(tokens.length / length) }, (_, i) => ({
    tokens: tokens.slice(i * length, (i + 1) * length),
  }));
}

/** What transformers takes greedily in float32: the share of it that a contestant takes as well is among its figures. */
function writeGreedyTokens(folder: string, settings: SamplingSettings): void {
  const assignment = join(folder, 'greedy-assignment.json');
  writeFileSync(assignment, JSON.stringify({ work: 'greedy', folder, settings }));
  execFileSync(pythonOfPeers(), [fileURLToPath(new URL('../peers/greedy.py', import.meta.url)), assignment]);
}

const BATCH: Goal = { ratio: 4 };
const SINGLE: Goal = { ratio: 2 };

export const samplingWorks = [
  samplingWork('6x256', BATCH, { rows: 16, batchesPerRound: 4, tolerance: 0.06 }),
  samplingWork('6x256', SINGLE, { rows: 1, batchesPerRound: 16, tolerance: 0.12 }),
  samplingWork('12x768', BATCH, { rows: 16, batchesPerRound: 1, tolerance: 0.2 }),
  samplingWork('12x768', SINGLE, { rows: 1, batchesPerRound: 4, tolerance: 0.4 }),
];
