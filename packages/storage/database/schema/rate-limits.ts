import { doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Token buckets, of which instances take slices. One that is missing is full. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    /** Whose it is, such as `project:proj_…`. */
    bucket: text().primaryKey(),
    /** What was left in it at the moment `at`. */
    tokens: doublePrecision().notNull(),
    at: moment('at').notNull(),
    /** What the last one to ask was given, so that the statement that takes can tell it. */
    granted: integer().notNull(),
  },
  (table) => [index('rate_limits_at').on(table.at)],
);
