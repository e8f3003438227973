import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * The outbox: one row for each job that needs a worker, written in the transaction that queues the job. The dispatcher
 * takes a row by moving `due_at` on, then launches; the row goes when a worker claims the job. A launch that came to
 * nothing leaves a row that falls due again, and a job launched twice is harmless, since claiming it has one winner.
 */
export const launches = pgTable(
  'launches',
  {
    jobId: text('job_id')
      .primaryKey()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** Not to be taken before. */
    dueAt: moment('due_at').notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [index('launches_due').on(table.dueAt)],
);
