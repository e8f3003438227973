import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { projects } from './projects.ts';

/** What was answered to a POST with an `Idempotency-Key`, to be replayed when it comes again. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    key: text().notNull(),
    /** SHA-256 of method, path and body, hexadecimal: the same key with another request is refused. */
    requestHash: text('request_hash').notNull(),
    state: text({ enum: ['running', 'done'] }).notNull(),
    /** The answer's HTTP status and body, null while the first request is still running. */
    status: integer(),
    body: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);
