import type { JobEvent } from '@laurel/contracts';
import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { jobs } from './jobs.ts';

/** A job's append-only log, numbered from 1; without gaps until the project's retention rule lets old ones go. */
export const jobEvents = pgTable(
  'job_events',
  {
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    type: text().$type<JobEvent['type']>().notNull(),
    data: jsonb().$type<JobEvent['data']>().notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.seq] })],
);
