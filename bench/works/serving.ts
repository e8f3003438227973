import { join } from 'node:path';
import type { Goal, Work } from '../core/work.ts';
import { type ModelSize, writeRows } from '../prepare.ts';
import { scoringItems } from '../scoring/scoring-items.ts';
import { SCORE_CHECK, scoringPeers } from '../scoring/scoring-peers.ts';
import type { ServingSettings } from '../serving/serving-settings.ts';

const script = 'contestants/serving.ts';

/** Scoring over HTTP under a closed loop of 64 connections: a server is as good as its throughput and its p99 then. */
function servingWork(model: ModelSize, goal: Goal): Work {
  const settings: ServingSettings = { connections: 64, requestsPerRound: 192 };
  return {
    name: `serving-${model}`,
    description: `scoring over HTTP, ${model.replace('x', ' × ')}, 64 connections, a post with 4 candidates a request`,
    unit: 'requests',
    model,
    settings: { ...settings },
    async prepare({ comparisons }, folder) {
      writeRows(join(folder, 'items.jsonl'), scoringItems(comparisons));
    },
    ours: [{ name: 'Laurel, bf16', script, settings: { server: 'laurel' }, env: { LAUREL_PRECISION: 'bfloat16' } }],
    peers: scoringPeers(script, { server: 'peer', maxItems: 8 }),
    goal,
    check: SCORE_CHECK,
  };
}

export const servingWorks = [servingWork('6x256', { ratio: 4 })];
