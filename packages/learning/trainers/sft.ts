import type { DemonstrationRow, FineTuningHyperparameters } from '@laurel/contracts';
import type { Kernels } from '../model/kernels.ts';
import { countParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { fineTuningSettings } from '../settings/hyperparameters.ts';
import { singly } from './example-order.ts';
import { differentiateNextTokens, measureNextTokens } from './language-model-loss.ts';
import { readPolicy } from './read-policy.ts';
import { encodeFitting, encodeSequences } from './sequence.ts';
import { splitByGroup } from './split-by-group.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Trainer } from './trainer.ts';
import { adaptWhereAsked, filesToStartFrom } from './with-lora.ts';

/** Supervised fine-tuning on reference summaries (Stiennon et al. 2020, section 3.4): −log π(y|x), the summary's tokens only. */
export async function createSftTrainer(job: {
  kernels: Kernels;
  parent: Files;
  rows: readonly DemonstrationRow[];
  validationFraction: number;
  hyperparameters: FineTuningHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, seed, resumeFrom } = job;
  const random = RandomGenerator.fromSeed(seed);
  const { training, validation } = splitByGroup(job.rows, job.validationFraction, random.fork('validation'));
  const start = readPolicy(filesToStartFrom(job), 'parent');
  const hyperparameters = fineTuningSettings('sft', countParameters(start.decoder.parameters), job.hyperparameters);
  const model = { ...adaptWhereAsked(start, hyperparameters.lora, random), kind: 'policy' as const };
  const { decoder, tokenizer } = model;
  const encode = ({ prompt, completion }: DemonstrationRow) =>
    encodeSequences(tokenizer, decoder.config.n_positions, { prompt, completions: [completion] });
  const { encoded, leftOut } = encodeFitting(training, encode);
  const heldOut = encodeFitting(validation, encode).encoded.flat();
  return createSupervisedTrainer({
    kernels,
    model,
    hyperparameters,
    seed,
    groups: singly(encoded.length),
    leftOut,
    differentiate: (examples) =>
      differentiateNextTokens(
        kernels,
        decoder,
        examples.flatMap((i) => encoded[i] ?? []),
      ),
    validate: heldOut.length > 0 ? () => measureNextTokens(kernels, decoder, heldOut) : null,
    finish: () => ({ model, metrics: {} }),
    resumeFrom,
  });
}
