import { z } from 'zod';
import { bestOfNSpec } from './jobs/best-of-n.ts';
import { bulkScoreSpec } from './jobs/bulk-score.ts';
import { dpoSpec } from './jobs/dpo.ts';
import { evaluationSpec } from './jobs/evaluation.ts';
import { exportSpec } from './jobs/export.ts';
import { importSpec } from './jobs/import.ts';
import { ppoSpec } from './jobs/ppo.ts';
import { pretrainSpec } from './jobs/pretrain.ts';
import { rejectionSamplingSpec } from './jobs/rejection-sampling.ts';
import { rewardModelSpec } from './jobs/reward-model.ts';
import { sftSpec } from './jobs/sft.ts';
import type { ModelKind } from './model-kind.ts';

export const jobSpec = z.discriminatedUnion('type', [
  importSpec,
  pretrainSpec,
  sftSpec,
  rewardModelSpec,
  dpoSpec,
  ppoSpec,
  rejectionSamplingSpec,
  bestOfNSpec,
  evaluationSpec,
  bulkScoreSpec,
  exportSpec,
]);
export type JobSpec = z.infer<typeof jobSpec>;
export type JobType = JobSpec['type'];
export const jobTypes = jobSpec.options.map(({ shape }) => shape.type.value);
export type SpecOf<T extends JobType> = Extract<JobSpec, { type: T }>;

/** The jobs that train a model, and the kind of model that each of them makes. */
export const TRAINED_KIND = {
  pretrain: 'base',
  sft: 'policy',
  reward_model: 'reward_model',
  dpo: 'policy',
  ppo: 'policy',
  rejection_sampling: 'policy',
} as const satisfies Partial<Record<JobType, ModelKind>>;
export type TrainingSpec = SpecOf<keyof typeof TRAINED_KIND>;

export const isTraining = (spec: JobSpec): spec is TrainingSpec => spec.type in TRAINED_KIND;
