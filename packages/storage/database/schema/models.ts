import { index, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { projects } from './projects.ts';

/** A named line of model versions. */
export const models = pgTable(
  'models',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('models_project_name').on(table.projectId, table.name),
    index('models_project').on(table.projectId, table.id.desc()),
  ],
);
