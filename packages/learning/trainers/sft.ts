import type { DemonstrationRow, SupervisedHyperparameters } from '@laurel/contracts';
import type { Kernels } from '../model/kernels.ts';
import { countParameters } from '../model/parameters.ts';
import { supervisedSettings } from '../settings/hyperparameters.ts';
import { differentiateNextTokens } from './language-model-loss.ts';
import { readPolicy } from './read-policy.ts';
import { encodeFitting, encodeSequences } from './sequence.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Trainer } from './trainer.ts';

/** Supervised fine-tuning on reference summaries (Stiennon et al. 2020, section 3.4): −log π(y|x), the summary's tokens only. */
export async function createSftTrainer(job: {
  kernels: Kernels;
  parent: Files;
  rows: readonly DemonstrationRow[];
  hyperparameters: SupervisedHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, rows, resumeFrom } = job;
  const model = { ...readPolicy(resumeFrom ?? job.parent, 'parent'), kind: 'policy' as const };
  const { decoder, tokenizer } = model;
  const { encoded, leftOut } = encodeFitting(rows, ({ prompt, completion }) =>
    encodeSequences(tokenizer, decoder.config.n_positions, { prompt, completions: [completion] }),
  );
  return createSupervisedTrainer({
    kernels,
    model,
    hyperparameters: supervisedSettings('sft', countParameters(decoder.parameters), job.hyperparameters),
    seed: job.seed,
    examples: encoded.length,
    leftOut,
    differentiate: (examples) =>
      differentiateNextTokens(
        kernels,
        decoder,
        examples.flatMap((i) => encoded[i] ?? []),
      ),
    finish: () => ({ model, metrics: {} }),
    resumeFrom,
  });
}
