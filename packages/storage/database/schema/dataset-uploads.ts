import type { DatasetKind, ProblemError } from '@laurel/contracts';
import { bigint, boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** Why an upload did not become a dataset, as a problem's parts (RFC 9457). */
export interface UploadError {
  status: number;
  code: string;
  detail: string;
  errors?: ProblemError[];
}

/** Datasets that come in parts. An upload is `completing` from when its owner says that all parts are there until its rows are checked. */
export const datasetUploads = pgTable(
  'dataset_uploads',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    kind: text().$type<DatasetKind>().notNull(),
    name: text().notNull(),
    format: text({ enum: ['jsonl', 'json', 'csv', 'text'] }).notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** Of each part but the last. */
    partBytes: integer('part_bytes').notNull(),
    state: text({ enum: ['open', 'completing', 'completed', 'failed', 'aborted', 'expired'] })
      .notNull()
      .default('open'),
    /** Signs the addresses of parts that this service takes in itself. */
    secret: text().notNull(),
    /** What the present attempt makes, or the last one made. Not a foreign key: it goes with the attempt, or is deleted. */
    datasetId: text('dataset_id'),
    /** Counts how often its completion was begun. */
    attempt: integer().notNull().default(0),
    /** Bytes that the present attempt has read. */
    checkedBytes: bigint('checked_bytes', { mode: 'number' }).notNull().default(0),
    /** Whoever completes it says again and again that it is alive; null or past: nobody does. */
    leaseExpiresAt: moment('lease_expires_at'),
    /** Why it failed, or why its last completion came to nothing. */
    error: jsonb().$type<UploadError>(),
    /** Whether parts may be in the artifact store. */
    holdsParts: boolean('holds_parts').notNull().default(true),
    createdAt: createdAt(),
    /** An open one expires then; of one that has ended, nothing is kept from then on. */
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('dataset_uploads_project').on(table.projectId, table.id.desc()),
    index('dataset_uploads_state').on(table.state, table.leaseExpiresAt),
    index('dataset_uploads_expiry').on(table.expiresAt),
  ],
);
