import { z } from 'zod';
import { evaluationSpec } from '../jobs/evaluation.ts';
import { rewardModelAccuracy } from './accuracy.ts';
import { labelerAgreement } from './agreement.ts';
import { calibration } from './calibration.ts';
import { domain } from './policies.ts';
import { rougeJudgement } from './rouge-judgement.ts';
import { sensitivity } from './sensitivity.ts';

/** The artifact of an `evaluation` job. What needs comparisons is null where the job was given none. */
export const evaluationReport = z.strictObject({
  /** What was measured, with every setting. */
  spec: evaluationSpec,
  reward_model_accuracy: rewardModelAccuracy.nullable(),
  calibration: calibration.nullable(),
  labeler_agreement: labelerAgreement.nullable(),
  /** Null as well where no comparison has a reference in `dataset`. */
  rouge_judgement: rougeJudgement.nullable(),
  ...domain,
  sensitivity,
  /** The same policies on `transfer_dataset`; null where the job was given none. */
  transfer: z.strictObject(domain).nullable(),
});
export type EvaluationReport = z.infer<typeof evaluationReport>;
