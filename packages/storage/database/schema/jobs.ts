import type { Failure, JobSpec, JobState, JobType } from '@laurel/contracts';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** Training and evaluation jobs; the states and the moves between them are those of `@laurel/contracts`. */
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
    stage: text(),
    step: integer().notNull().default(0),
    totalSteps: integer('total_steps').notNull().default(0),
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
    metrics: jsonb().$type<Record<string, number>>(),
    createdAt: createdAt(),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('jobs_project').on(table.projectId, table.id.desc()),
    index('jobs_lease').on(table.state, table.leaseExpiresAt),
  ],
);
