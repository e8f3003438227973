import { join } from 'node:path';
import type { Goal, Mode, Work } from '../core/work.ts';
import { type ModelSize, writeRows } from '../prepare.ts';
import { scoringItems } from '../scoring/scoring-items.ts';
import { SCORE_CHECK, scoringPeers } from '../scoring/scoring-peers.ts';

const ours = 'contestants/scoring.ts';
const MODES: readonly Mode[] = [
  { name: 'Laurel, bf16', script: ours, env: { LAUREL_PRECISION: 'bfloat16' } },
  { name: 'Laurel, float32', script: ours, env: { LAUREL_PRECISION: 'float32' } },
];

/** Scores of texts with a model of a size, from characters on: tokenising counts. */
function scoringWork(model: ModelSize, goal: Goal, postsPerRound: number): Work {
  return {
    name: `scoring-${model}`,
    description: `scoring offline, ${model.replace('x', ' × ')}, 4 candidates a post`,
    unit: 'candidates',
    model,
    settings: { postsPerRound },
    async prepare({ comparisons }, folder) {
      writeRows(join(folder, 'items.jsonl'), scoringItems(comparisons));
    },
    ours: MODES,
    peers: scoringPeers('peers/scoring.py', {}),
    goal,
    check: SCORE_CHECK,
  };
}

export const scoringWorks = [scoringWork('6x256', { ratio: 6 }, 64), scoringWork('12x768', { ratio: 6 }, 12)];
