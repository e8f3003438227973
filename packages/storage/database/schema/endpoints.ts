import type { TrafficShare } from '@laurel/contracts';
import { index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
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
    /** Who answers now, as the newest of its deployments says: the version that is live, */
    liveVersion: integer('live_version').notNull(),
    /** those that answer a share of the requests in its place, */
    split: jsonb().$type<TrafficShare[]>().notNull().default([]),
    /** and one that answers for the record alone. */
    shadowVersion: integer('shadow_version'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('endpoints_project_name').on(table.projectId, table.name),
    index('endpoints_project').on(table.projectId, table.id.desc()),
  ],
);
