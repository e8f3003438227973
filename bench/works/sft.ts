import { join } from 'node:path';
import type { DemonstrationRow } from '@laurel/contracts';
import type { Tokenizer } from '@laurel/learning';
import { singly } from '../../packages/learning/trainers/example-order.ts';
import { encodeFitting, encodeSequences } from '../../packages/learning/trainers/sequence.ts';
import type { Work } from '../core/work.ts';
import { CONTEXT, type Material, SEED, writeRows } from '../prepare.ts';
import { orderedExamples, requireWhole } from '../training/ordered-examples.ts';
import { LOSS_CHECK, ourModes, trlModes } from '../training/training-modes.ts';
import type { TrainingSettings } from '../training/training-settings.ts';

const PEER = 'peers/sft.py';

/** Supervised fine-tuning on summaries of one kind. */
function sftWork(
  name: string,
  texts: string,
  rowsOf: (material: Material) => DemonstrationRow[],
  stepsPerRound: number,
): Work {
  const settings: TrainingSettings = {
    warmUpSteps: 1,
    stepsPerRound,
    batchSize: 16,
    learningRate: 1e-4,
    epochs: 2,
    seed: SEED,
  };
  return {
    name,
    description: `SFT, 6 × 256, ${texts}, loss on the summary alone, ${settings.batchSize} a step`,
    unit: 'examples',
    model: '6x256',
    settings: { ...settings },
    async prepare(material, folder) {
      const rows = rowsOf(material);
      writeRows(join(folder, 'demonstrations.jsonl'), rows);
      writeRows(
        join(folder, 'ordered-demonstrations.jsonl'),
        orderedDemonstrations(material.tokenizer, rows, settings),
      );
    },
    ours: ourModes('contestants/sft.ts'),
    peers: [
      ...trlModes(PEER),
      { name: 'TRL, bf16 autocast, padding-free', script: PEER, settings: { mode: 'autocast', paddingFree: true } },
      { name: 'TRL, bf16 weights, padding-free', script: PEER, settings: { mode: 'bfloat16', paddingFree: true } },
    ],
    goal: { ratio: 3 },
    check: LOSS_CHECK,
  };
}

/** The demonstrations of the run as TRL takes them, in the order in which our trainer does. */
function orderedDemonstrations(tokenizer: Tokenizer, rows: readonly DemonstrationRow[], run: TrainingSettings) {
  const { encoded, leftOut } = encodeFitting(rows, ({ prompt, completion }) =>
    encodeSequences(tokenizer, CONTEXT, { prompt, completions: [completion] }),
  );
  const sequences = encoded.flat();
  requireWhole(leftOut, sequences);
  return orderedExamples(sequences, singly(sequences.length), run).map(({ prompt, completion }) => ({
    input_ids: [...prompt, ...completion],
    completion_mask: [...prompt.map(() => 0), ...completion.map(() => 1)],
  }));
}

export const sftWorks = [
  sftWork('sft-posts', 'posts and their authors’ summaries', ({ posts }) => posts, 8),
  sftWork('sft-scitldr', 'abstracts and one-sentence summaries', ({ papers }) => papers, 6),
];
