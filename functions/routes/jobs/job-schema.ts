import { z } from '@hono/zod-openapi';
import { failure, jobSpec, jobState, jobTypes } from '@laurel/contracts';
import { named } from '../../http/named.ts';
import { timestamp } from '../../http/schemas.ts';
import type { JobRow } from '../../use-cases/jobs/job-log.ts';
import type { JobEventRow } from '../../use-cases/jobs/read-events.ts';

export const jobSpecSchema = named(jobSpec, 'JobSpec');

export const jobSchema = z
  .object({
    id: z.string(),
    type: z.enum(jobTypes),
    state: jobState,
    spec: jobSpecSchema,
    stage: z.string().nullable(),
    step: z.number().int(),
    total_steps: z.number().int(),
    /** Which attempt this is; a job is tried again when its worker dies. */
    attempt: z.number().int(),
    max_attempts: z.number().int(),
    /** Why it failed, or why the last attempt did. */
    error: failure.nullable(),
    /** The model version it made. */
    model_version: z.string().nullable(),
    /** The last value of each metric, once it has succeeded. */
    metrics: z.record(z.string(), z.number()).nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    ended_at: timestamp.nullable(),
  })
  .openapi('Job');

export const presentJob = (row: JobRow): z.output<typeof jobSchema> => ({
  id: row.id,
  type: row.type,
  state: row.state,
  spec: row.spec,
  stage: row.stage,
  step: row.step,
  total_steps: row.totalSteps,
  attempt: row.attempt,
  max_attempts: row.maxAttempts,
  error: row.error,
  model_version: row.modelVersionId,
  metrics: row.metrics,
  created_at: row.createdAt.toISOString(),
  started_at: row.startedAt?.toISOString() ?? null,
  ended_at: row.endedAt?.toISOString() ?? null,
});

export const jobEventSchema = z
  .object({
    /** The event's number within the job, from 1. */
    id: z.string(),
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
    at: timestamp,
  })
  .openapi('JobEvent');

export const presentJobEvent = (row: JobEventRow): z.input<typeof jobEventSchema> => ({
  id: String(row.seq),
  type: row.type,
  data: row.data,
  at: row.at.toISOString(),
});
