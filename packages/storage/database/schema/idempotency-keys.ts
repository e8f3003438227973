import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** What was answered to a POST with an `Idempotency-Key`, to be replayed when it comes again. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    key: text().notNull(),
    /** Of the request that has the key, while it is running. */
    holder: text(),
    /** When it counts as dead unless it says more; null once it has ended. */
    heldUntil: moment('held_until'),
    /** SHA-256 of method, path, query and body, hexadecimal: the same key with another request is refused. Null, as the next, while it is running. */
    requestHash: text('request_hash'),
    /** The answer, without secrets. */
    body: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);
