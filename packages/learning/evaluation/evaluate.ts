import type {
  ComparisonRow,
  DemonstrationRow,
  EvaluationReport,
  PolicyReport,
  RatingRow,
  SpecOf,
} from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { disposeParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { filesOf, type JobInputs, rowsOf } from '../trainers/job-inputs.ts';
import { readPolicy, readRewardModel } from '../trainers/read-policy.ts';
import { marginsOf } from '../trainers/reward-model.ts';
import { UnsuitableInput } from '../trainers/unsuitable-input.ts';
import { measureAgreement } from './agreement/labeler-agreement.ts';
import { measureCalibration } from './calibration.ts';
import { type Bench, chooseHeldOut, measureBaselines, measurePolicy, measureReference } from './measure-domain.ts';
import { measureRatings } from './measure-ratings.ts';
import { measureAccuracy } from './reward-model-accuracy.ts';
import { measureRougeJudgement } from './rouge/rouge-judgement.ts';
import { scoreCompletions } from './score-completions.ts';
import { measureSensitivity } from './sensitivity.ts';

/**
 * All that is measured of a reward model and of policies (Stiennon et al. 2020, section 4): the reward model against
 * labelers, and against reference summaries with something wrong; the reference, lead-3, SFT, best-of-N and each policy on
 * held-out prompts, of one domain or two.
 *
 * @param onProgress called after each part; what it throws ends the evaluation
 */
export async function evaluate(
  kernels: Kernels,
  spec: SpecOf<'evaluation'>,
  inputs: JobInputs,
  onProgress: (step: number, totalSteps: number) => void,
): Promise<EvaluationReport> {
  const models: Model[] = [];
  const keep = (model: Model): Model => {
    models.push(model);
    return model;
  };
  let step = 0;
  const totalSteps = 2 + (spec.transfer_dataset ? 2 : 1) * (2 + spec.policies.length);
  const stepDone = async () => {
    onProgress(++step, totalSteps);
    await tf.nextFrame(); // lets the caller's timers and signals through
  };
  try {
    const rewardModel = keep(readRewardModel(filesOf(inputs, spec.reward_model), 'reward_model'));
    const reference = keep(readPolicy(filesOf(inputs, spec.reference_policy), 'reference_policy'));
    const rows = rowsOf<DemonstrationRow>(inputs, spec.dataset);
    const random = RandomGenerator.fromSeed(spec.seed);

    const ofComparisons = spec.comparisons
      ? measureComparisons(kernels, rewardModel, rowsOf(inputs, spec.comparisons), rows, random)
      : WITHOUT_COMPARISONS;
    const ratings = spec.ratings
      ? scoreRatings(kernels, rewardModel, rowsOf(inputs, spec.ratings), random.fork('ratings'))
      : null;
    await stepDone();
    const sensitivity = measureSensitivity(
      kernels,
      rewardModel,
      rows.slice(0, spec.max_prompts),
      random.fork('sensitivity'),
    );
    await stepDone();

    const measureDomain = async (member: 'dataset' | 'transfer_dataset', rows: readonly DemonstrationRow[]) => {
      const heldOut = chooseHeldOut(reference, rows, spec, member);
      const bench: Bench = { kernels, rewardModel, reference, spec, heldOut };
      const policies = measureBaselines(bench);
      const [references] = policies as [PolicyReport, ...PolicyReport[]];
      await stepDone();
      const ofReference = measureReference(bench, references);
      policies.push(...ofReference.policies);
      await stepDone();
      for (const id of spec.policies) {
        const policy = readPolicy(filesOf(inputs, id), `policies: ${id}`);
        try {
          checkTokenizers(id, policy, reference);
          policies.push(measurePolicy(bench, id, policy, references));
        } finally {
          disposeParameters(policy.decoder.parameters);
        }
        await stepDone();
      }
      return { policies, best_of: ofReference.bestOf };
    };
    const domain = await measureDomain('dataset', rows);
    const transfer = spec.transfer_dataset
      ? await measureDomain('transfer_dataset', rowsOf(inputs, spec.transfer_dataset))
      : null;
    return { spec, ...ofComparisons, ratings, ...domain, sensitivity, transfer };
  } finally {
    for (const { decoder } of models) disposeParameters(decoder.parameters);
  }
}

type OfComparisons = Pick<
  EvaluationReport,
  'reward_model_accuracy' | 'calibration' | 'labeler_agreement' | 'rouge_judgement'
>;

const WITHOUT_COMPARISONS: OfComparisons = {
  reward_model_accuracy: null,
  calibration: null,
  labeler_agreement: null,
  rouge_judgement: null,
};

/** The reward model, and the labelers, on held-out comparisons. */
function measureComparisons(
  kernels: Kernels,
  rewardModel: Model,
  rows: readonly ComparisonRow[],
  references: readonly DemonstrationRow[],
  random: RandomGenerator,
): OfComparisons {
  const items = rows.map(({ prompt, chosen, rejected }) => ({ prompt, completions: [chosen, rejected] }));
  const scores = scoreCompletions(kernels, rewardModel, items).flat();
  const margins = marginsOf(scores.map(({ raw }) => raw));
  return {
    reward_model_accuracy: measureAccuracy(rows, margins, random.fork('accuracy')),
    calibration: measureCalibration(margins, random.fork('calibration')),
    labeler_agreement: measureAgreement(rows, margins, random.fork('agreement')),
    rouge_judgement: measureRougeJudgement(rows, margins, references),
  };
}

function scoreRatings(kernels: Kernels, rewardModel: Model, rows: readonly RatingRow[], random: RandomGenerator) {
  const items = rows.map(({ prompt, completion }) => ({ prompt, completions: [completion] }));
  const rewards = scoreCompletions(kernels, rewardModel, items).flatMap(([only]) => only?.score ?? []);
  return measureRatings(rows, rewards, random);
}

function checkTokenizers(id: string, policy: Model, reference: Model): void {
  if (policy.tokenizer.json === reference.tokenizer.json) return;
  throw new UnsuitableInput(`policies: ${id} and reference_policy have different tokenizers: KL has no meaning.`);
}
