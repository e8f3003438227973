import type { DatasetKind } from '@laurel/contracts';
import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** Datasets. One that is `ready` never changes. */
export const datasets = pgTable(
  'datasets',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    kind: text().$type<DatasetKind>().notNull(),
    name: text().notNull(),
    /** Counts from 1; one that was appended to stands for the next version of it. */
    version: integer().notNull().default(1),
    /** The version that it was appended to. Not a foreign key: that may be deleted. */
    previous: text(),
    state: text({ enum: ['uploading', 'ready', 'failed', 'deleting'] }).notNull(),
    /** Of the stored JSON Lines, hexadecimal; like the next four, null until the dataset is ready. */
    sha256: text(),
    rows: integer(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    /** Datasets with the same rows share it. */
    artifactKey: text('artifact_key'),
    /** What was found in the rows: counts, agreement, lengths, duplicates, the "longer wins" baseline. */
    report: jsonb().$type<Record<string, unknown>>(),
    createdAt: createdAt(),
    readyAt: moment('ready_at'),
  },
  (table) => [
    index('datasets_project').on(table.projectId, table.id.desc()),
    index('datasets_content').on(table.projectId, table.sha256),
    index('datasets_artifact').on(table.artifactKey),
  ],
);
