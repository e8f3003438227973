import { index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { projects } from './projects.ts';

/** A stable name that callers use; it scores (reward models) or generates (policies). */
export const endpoints = pgTable(
  'endpoints',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    kind: text({ enum: ['score', 'generate'] }).notNull(),
    /** Number of the endpoint version that answers; null until one is made live. */
    liveVersion: integer('live_version'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('endpoints_project_name').on(table.projectId, table.name),
    index('endpoints_project').on(table.projectId, table.id.desc()),
  ],
);
