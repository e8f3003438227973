import { z } from 'zod';
import { dpoSpec } from './jobs/dpo.ts';
import { evaluationSpec } from './jobs/evaluation.ts';
import { importSpec } from './jobs/import.ts';
import { ppoSpec } from './jobs/ppo.ts';
import { pretrainSpec } from './jobs/pretrain.ts';
import { rejectionSamplingSpec } from './jobs/rejection-sampling.ts';
import { rewardModelSpec } from './jobs/reward-model.ts';
import { sftSpec } from './jobs/sft.ts';

export const jobSpec = z.discriminatedUnion('type', [
  importSpec,
  pretrainSpec,
  sftSpec,
  rewardModelSpec,
  dpoSpec,
  ppoSpec,
  rejectionSamplingSpec,
  evaluationSpec,
]);
export type JobSpec = z.infer<typeof jobSpec>;
export type JobType = JobSpec['type'];
export const jobTypes = jobSpec.options.map(({ shape }) => shape.type.value);
export type SpecOf<T extends JobType> = Extract<JobSpec, { type: T }>;
