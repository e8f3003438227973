import { join } from 'node:path';
import type { Goal, Work } from '../core/work.ts';
import { type Material, type ModelSize, writeRows } from '../prepare.ts';
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
    prepare,
    ours: [{ name: 'Laurel, bf16', script, settings: { server: 'laurel' }, env: { LAUREL_PRECISION: 'bfloat16' } }],
    peers: scoringPeers(script, { server: 'peer', maxItems: 8 }),
    goal,
    check: SCORE_CHECK,
  };
}

async function prepare({ comparisons }: Material, folder: string): Promise<void> {
  writeRows(join(folder, 'items.jsonl'), scoringItems(comparisons));
  writeRows(join(folder, 'comparisons.jsonl'), comparisons);
}

/** Ours against ours: what scoring loses to a job that trains on the same machine. */
const besideTraining: Work = {
  name: 'serving-beside-training',
  description: 'scoring over HTTP, 6 × 256, 8 connections, while a job trains a reward model on the same processors',
  unit: 'requests',
  model: '6x256',
  settings: { connections: 8, requestsPerRound: 96, server: 'laurel' },
  prepare,
  ours: [{ name: 'Laurel, beside a job', script, settings: { beside: 'training' } }],
  peers: [{ name: 'Laurel, alone', script }],
  goal: { ratio: 0.8 },
  check: null,
};

export const servingWorks = [servingWork('6x256', { ratio: 4 }), besideTraining];
