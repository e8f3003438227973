import { z } from 'zod';
import { evaluationSpec } from './jobs/evaluation.ts';
import { ppoSpec } from './jobs/ppo.ts';
import { pretrainSpec } from './jobs/pretrain.ts';
import { rewardModelSpec } from './jobs/reward-model.ts';
import { sftSpec } from './jobs/sft.ts';

export const jobSpec = z.discriminatedUnion('type', [pretrainSpec, sftSpec, rewardModelSpec, ppoSpec, evaluationSpec]);
export type JobSpec = z.infer<typeof jobSpec>;
export type JobType = JobSpec['type'];
export type SpecOf<T extends JobType> = Extract<JobSpec, { type: T }>;
