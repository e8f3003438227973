import { join } from 'node:path';
import type { ComparisonRow } from '@laurel/contracts';
import type { Tokenizer } from '@laurel/learning';
import { encodePairs, indicesByPost } from '../../packages/learning/trainers/pairs.ts';
import type { Sequence } from '../../packages/learning/trainers/sequence.ts';
import type { Goal, Work } from '../core/work.ts';
import { CONTEXT, type ModelSize, SEED, writeRows } from '../prepare.ts';
import { orderedExamples, requireWhole } from '../training/ordered-examples.ts';
import type { TrainingSettings } from '../training/training-settings.ts';

/** Training a reward model of a size on human comparisons. TRL's `RewardTrainer` has no mode without padding. */
function rewardModelWork(
  model: ModelSize,
  goal: Goal,
  rounds: Pick<TrainingSettings, 'batchSize' | 'stepsPerRound'>,
): Work {
  const settings: TrainingSettings = { ...rounds, warmUpSteps: 2, learningRate: 1e-4, epochs: 2, seed: SEED };
  const [ours, peer] = ['contestants/reward-model.ts', 'peers/reward_model.py'];
  return {
    name: `reward-model-${model}`,
    description: `reward model, ${model.replace('x', ' × ')}, human comparisons, ${rounds.batchSize} a step`,
    unit: 'pairs',
    model,
    settings: { ...settings },
    async prepare({ comparisons, tokenizer }, folder) {
      writeRows(join(folder, 'comparisons.jsonl'), comparisons);
      writeRows(join(folder, 'ordered-pairs.jsonl'), orderedPairs(tokenizer, comparisons, settings));
    },
    ours: [
      { name: 'Laurel, bf16', script: ours, env: { LAUREL_PRECISION: 'bfloat16' } },
      { name: 'Laurel, float32', script: ours, env: { LAUREL_PRECISION: 'float32' } },
    ],
    peers: [
      { name: 'TRL, float32', script: peer, settings: { mode: 'float32' } },
      { name: 'TRL, bf16 autocast', script: peer, settings: { mode: 'autocast' } },
      { name: 'TRL, bf16 weights', script: peer, settings: { mode: 'bfloat16' } },
      { name: 'TRL, bf16 autocast, compiled', script: peer, settings: { mode: 'autocast', compile: true } },
    ],
    goal,
    check: { values: 'losses of the steps', tolerance: { float32: 1e-3, bfloat16: 0.05 } },
  };
}

/** The comparisons of the run as TRL takes them, in the order in which our trainer does. */
function orderedPairs(tokenizer: Tokenizer, rows: readonly ComparisonRow[], run: TrainingSettings) {
  const { encoded, leftOut } = encodePairs(tokenizer, CONTEXT, rows);
  requireWhole(
    leftOut,
    encoded.flatMap(({ chosen, rejected }) => [chosen, rejected]),
  );
  const ids = ({ prompt, completion }: Sequence) => [...prompt, ...completion];
  return orderedExamples(encoded, indicesByPost(encoded), run).map(({ chosen, rejected }) => ({
    chosen_ids: ids(chosen),
    rejected_ids: ids(rejected),
  }));
}

export const rewardModelWorks = [
  rewardModelWork('6x256', { ratio: 8, lowest: 5 }, { batchSize: 8, stepsPerRound: 12 }),
  rewardModelWork('12x768', { ratio: 6, lowest: 4.5 }, { batchSize: 6, stepsPerRound: 3 }),
];
