import { doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { jobs } from './jobs.ts';

/** A job's curves: one value for each name and step; a resumed worker writes a step's value again. */
export const jobMetrics = pgTable(
  'job_metrics',
  {
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    step: integer().notNull(),
    value: doublePrecision().notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.name, table.step] })],
);
