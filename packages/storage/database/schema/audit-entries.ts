import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { projects } from './projects.ts';

/**
 * Who asked for what change, and what came of it. Append-only: triggers of the migration refuse every update, and every deletion but
 * of what the project's retention rule has let go.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: text().primaryKey(),
    /** The caller's. */
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** Null, as the request, where the service itself did it, by a rule. */
    keyId: text('key_id'),
    operation: text().notNull(),
    /** The id of what was changed or made. */
    object: text(),
    /** Of the answer. */
    status: integer().notNull(),
    address: text(),
    requestId: text('request_id'),
    at: moment('at').notNull(),
  },
  (table) => [
    index('audit_entries_project').on(table.projectId, table.id.desc()),
    index('audit_entries_at').on(table.projectId, table.at),
  ],
);
