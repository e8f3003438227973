import { z } from '@hono/zod-openapi';
import { failure, type JobFile, jobSpec, jobState, jobTypes, loggedJobEvent, pipelineStage } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { named } from '../../http/named.ts';
import { timestamp } from '../../http/schemas.ts';
import type { JobRow } from '../../use-cases/jobs/job-log.ts';
import { queuePositions } from '../../use-cases/jobs/queue-order.ts';
import { costUsd, workedMs } from '../../use-cases/jobs/worked-time.ts';

export const jobSpecSchema = named(jobSpec, 'JobSpec');

const resultSchema = z.object({
  /** The model version it made. */
  model_version: z.string().nullable(),
  /** The dataset it made. */
  dataset: z.string().nullable(),
  /** The file it made, to be had at `/v1/jobs/{id}/file`. */
  file: z
    .object({ name: z.string(), media_type: z.string(), sha256: z.string(), size_bytes: z.number().int() })
    .nullable(),
});

export const jobSchema = z
  .object({
    id: z.string(),
    type: z.enum(jobTypes),
    state: jobState,
    spec: jobSpecSchema,
    /** The request that it is a stage of, and which. */
    pipeline: z.string().nullable(),
    pipeline_stage: pipelineStage.nullable(),
    /** Its place among all that wait for a worker, from 1; null for what does not wait. */
    queue_position: z.number().int().nullable(),
    stage: z.string().nullable(),
    step: z.number().int(),
    total_steps: z.number().int(),
    /** Of the stage, from its pace; null while there is none. */
    remaining_seconds: z.number().nullable(),
    /** What its workers have taken, all attempts together. */
    worked_seconds: z.number(),
    /** What that has cost; null where the server does not know what a worker costs. */
    cost_usd: z.number().nullable(),
    /** Which attempt this is; a job is tried again when its worker dies. */
    attempt: z.number().int(),
    max_attempts: z.number().int(),
    /** Why it failed, or why the last attempt did. */
    error: failure.nullable(),
    ...resultSchema.shape,
    /** The last value of each metric, once it has succeeded. */
    metrics: z.record(z.string(), z.number()).nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    ended_at: timestamp.nullable(),
  })
  .openapi('Job');

type PresentedJob = z.output<typeof jobSchema>;

function presentJob(row: JobRow, queuePosition: number | null, { now, worker }: Context): PresentedJob {
  const worked = workedMs(row, now());
  return {
    id: row.id,
    type: row.type,
    state: row.state,
    spec: row.spec,
    pipeline: row.pipelineId,
    pipeline_stage: row.pipelineStage,
    queue_position: queuePosition,
    stage: row.stage,
    step: row.step,
    total_steps: row.totalSteps,
    remaining_seconds: row.remainingSeconds,
    worked_seconds: worked / 1000,
    cost_usd: worker.usdPerHour > 0 ? costUsd(worked, worker.usdPerHour) : null,
    attempt: row.attempt,
    max_attempts: row.maxAttempts,
    error: row.error,
    model_version: row.modelVersionId,
    dataset: row.datasetId,
    file: row.file && presentFile(row.file),
    metrics: row.metrics,
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}

const presentFile = ({ name, media_type, sha256, size_bytes }: JobFile) => ({ name, media_type, sha256, size_bytes });

/** Jobs as the API answers them, with the places in the queue of those that wait. */
export async function showJobs(context: Context, rows: readonly JobRow[]): Promise<PresentedJob[]> {
  const queued = rows.filter(({ state }) => state === 'queued').map(({ id }) => id);
  const positions = await queuePositions(context.db, context.now(), queued);
  return rows.map((row) => presentJob(row, positions.get(row.id) ?? null, context));
}

export const showJob = async (context: Context, row: JobRow): Promise<PresentedJob> =>
  (await showJobs(context, [row]))[0] as PresentedJob;

export const jobEventSchema = named(loggedJobEvent, 'JobEvent');
