import type { Failure, JobFile, JobSpec, JobState, JobType, PipelineStage } from '@laurel/contracts';
import { bigint, doublePrecision, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { pipelines } from './pipelines.ts';
import { projects } from './projects.ts';

/** Jobs; the states and the moves between them are those of `@laurel/contracts`. */
export const jobs = pgTable(
  'jobs',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    type: text().$type<JobType>().notNull(),
    state: text().$type<JobState>().notNull().default('queued'),
    spec: jsonb().$type<JobSpec>().notNull(),
    /** Of the spec, to order and to find by. */
    priority: integer().notNull().default(0),
    tags: text().array().notNull().default([]),
    /** The request that it is a stage of, and which. */
    pipelineId: text('pipeline_id').references(() => pipelines.id),
    pipelineStage: text('pipeline_stage').$type<PipelineStage>(),
    stage: text(),
    step: integer().notNull().default(0),
    totalSteps: integer('total_steps').notNull().default(0),
    /** When the stage began and at which step: the pace that the remaining time is told from. */
    stageStartedAt: moment('stage_started_at'),
    stageStartStep: integer('stage_start_step').notNull().default(0),
    /** Of the stage; null before there is a pace. */
    remainingSeconds: doublePrecision('remaining_seconds'),
    /** What its workers have taken, all attempts together. */
    workedMs: bigint('worked_ms', { mode: 'number' }).notNull().default(0),
    /** Floating-point operations that it was expected to need; what earlier jobs took is told from theirs. */
    estimatedFlops: doublePrecision('estimated_flops'),
    /** Number of the latest attempt, from 1; 0 before any worker was launched. */
    attempt: integer().notNull().default(0),
    maxAttempts: integer('max_attempts').notNull().default(3),
    /** A running job whose lease is over has lost its worker. */
    leaseExpiresAt: moment('lease_expires_at'),
    /** SHA-256 of the latest launched worker's token, hexadecimal; null when no worker may speak for the job. */
    workerTokenHash: text('worker_token_hash'),
    error: jsonb().$type<Failure>(),
    /** The result. Not a foreign key: `model_versions` refers to jobs, and both rows are written in one transaction. */
    modelVersionId: text('model_version_id'),
    /** Artifact key of the result, for an evaluation. */
    reportKey: text('report_key'),
    /** The result, where it is a dataset. Not a foreign key: the dataset may be deleted. */
    datasetId: text('dataset_id'),
    /** The result, where it is a file to download. */
    file: jsonb().$type<JobFile>(),
    metrics: jsonb().$type<Record<string, number>>(),
    createdAt: createdAt(),
    /** When its latest worker was launched. */
    launchedAt: moment('launched_at'),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('jobs_project').on(table.projectId, table.id.desc()),
    index('jobs_lease').on(table.state, table.leaseExpiresAt),
    index('jobs_launched').on(table.projectId, table.launchedAt),
    index('jobs_pipeline').on(table.pipelineId),
    index('jobs_dataset').on(table.datasetId),
  ],
);
