import type { ModelKind } from '@laurel/contracts';
import { bigint, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { jobs } from './jobs.ts';
import { models } from './models.ts';

/** An immutable model with its lineage; only what people note of it changes. */
export const modelVersions = pgTable(
  'model_versions',
  {
    id: text().primaryKey(),
    modelId: text('model_id')
      .notNull()
      .references(() => models.id),
    /** Counts from 1 within the model. */
    number: integer().notNull(),
    kind: text().$type<ModelKind>().notNull(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    /** Ids of the model versions that training started from or learned against. */
    parents: text().array().notNull(),
    /** Ids of the datasets it was trained on. */
    datasets: text().array().notNull(),
    /** Of an imported model: what was taken from where. */
    origin: jsonb().$type<Record<string, string>>(),
    artifactPrefix: text('artifact_prefix').notNull(),
    manifestSha256: text('manifest_sha256').notNull(),
    /** Of all files that the manifest lists; 0 for versions from before it was kept. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull().default(0),
    /** The model's config.json. */
    config: jsonb().$type<Record<string, unknown>>().notNull(),
    metrics: jsonb().$type<Record<string, number>>().notNull(),
    /** The version of Laurel that trained it. */
    codeVersion: text('code_version').notNull(),
    note: text(),
    tags: text().array().notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [
    unique('model_versions_number').on(table.modelId, table.number),
    unique('model_versions_job').on(table.jobId),
  ],
);
