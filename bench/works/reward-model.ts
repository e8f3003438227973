import { join } from 'node:path';
import type { ComparisonRow } from '@laurel/contracts';
import type { Tokenizer } from '@laurel/learning';
import { encodePairs, indicesByPost } from '../../packages/learning/trainers/pairs.ts';
import type { Sequence } from '../../packages/learning/trainers/sequence.ts';
import type { Goal, Work } from '../core/work.ts';
import { CONTEXT, type ModelSize, SEED, writeRows } from '../prepare.ts';
import { orderedExamples, requireWhole } from '../training/ordered-examples.ts';
import { LOSS_CHECK, ourModes, trlModes } from '../training/training-modes.ts';
import type { TrainingSettings } from '../training/training-settings.ts';

/** Training a reward model of a size on human comparisons. TRL's `RewardTrainer` has no mode without padding. */
function rewardModelWork(
  model: ModelSize,
  goal: Goal,
  rounds: Pick<TrainingSettings, 'batchSize' | 'stepsPerRound'>,
): Work {
  const settings: TrainingSettings = { ...rounds, warmUpSteps: 1, learningRate: 1e-4, epochs: 2, seed: SEED };
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
    ours: ourModes('contestants/reward-model.ts'),
    peers: trlModes('peers/reward_model.py'),
    goal,
    check: LOSS_CHECK,
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
  rewardModelWork('6x256', { ratio: 8, lowest: 5 }, { batchSize: 8, stepsPerRound: 8 }),
  rewardModelWork('12x768', { ratio: 6, lowest: 4.5 }, { batchSize: 6, stepsPerRound: 2 }),
];
