import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { projects } from './projects.ts';

/** Receipts of deletions: what went, and what had come of it. They stay. */
export const datasetDeletions = pgTable(
  'dataset_deletions',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    datasetId: text('dataset_id').notNull(),
    /** As it was answered. */
    receipt: jsonb().$type<Record<string, unknown>>().notNull(),
    deletedAt: moment('deleted_at').notNull(),
  },
  (table) => [
    index('dataset_deletions_project').on(table.projectId, table.id.desc()),
    index('dataset_deletions_dataset').on(table.datasetId),
  ],
);
