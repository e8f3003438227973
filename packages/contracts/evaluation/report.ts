import { z } from 'zod';
import { evaluationSpec } from '../jobs/evaluation.ts';
import { rewardModelAccuracy } from './accuracy.ts';
import { labelerAgreement } from './agreement.ts';
import { calibration } from './calibration.ts';
import { domain } from './policies.ts';
import { ratings } from './ratings.ts';
import { rougeJudgement } from './rouge-judgement.ts';
import { sensitivity } from './sensitivity.ts';

const { seed, policies, best_of, max_prompts, temperature, response_length } = evaluationSpec.shape;

/** The job's spec with every setting that it left out. */
const settings = evaluationSpec.extend({
  seed: seed.removeDefault(),
  policies: policies.removeDefault(),
  best_of: best_of.removeDefault(),
  max_prompts: max_prompts.removeDefault(),
  temperature: temperature.removeDefault(),
  response_length: response_length.removeDefault(),
});

/** The artifact of an `evaluation` job. What needs comparisons is null where the job was given none. */
export const evaluationReport = z.strictObject({
  spec: settings,
  reward_model_accuracy: rewardModelAccuracy.nullable(),
  calibration: calibration.nullable(),
  labeler_agreement: labelerAgreement.nullable(),
  /** Null as well where no comparison has a reference in `dataset`. */
  rouge_judgement: rougeJudgement.nullable(),
  /** Null where the job was given no ratings. */
  ratings: ratings.nullable(),
  ...domain,
  sensitivity,
  /** The same policies on `transfer_dataset`; null where the job was given none. */
  transfer: z.strictObject(domain).nullable(),
});
export type EvaluationReport = z.infer<typeof evaluationReport>;

/** The report as people read it, beside `report.json`. */
export const renderedReports = { html: 'report.html', markdown: 'report.md' } as const;
