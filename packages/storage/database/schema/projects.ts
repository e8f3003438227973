import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { organisations } from './organisations.ts';

/** Everything else belongs to one project; another project's objects do not exist for it. */
export const projects = pgTable(
  'projects',
  {
    id: text().primaryKey(),
    organisationId: text('organisation_id')
      .notNull()
      .references(() => organisations.id),
    name: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('projects_organisation').on(table.organisationId, table.id.desc())],
);
