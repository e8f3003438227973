import type { PipelineSpec } from '@laurel/contracts';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { projects } from './projects.ts';

/** Requests that become several jobs, one after the other. How far one has come is told by its jobs. */
export const pipelines = pgTable(
  'pipelines',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    spec: jsonb().$type<PipelineSpec>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('pipelines_project').on(table.projectId, table.id.desc())],
);
