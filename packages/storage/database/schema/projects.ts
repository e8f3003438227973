import type { Quota, Retention } from '@laurel/contracts';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
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
    /** Set by the organisation; null for no limits. */
    quota: jsonb().$type<Quota>(),
    /** What goes when; null for nothing ever. */
    retention: jsonb().$type<Retention>(),
    /** When the rules of retention were applied last. */
    retainedAt: moment('retained_at'),
    createdAt: createdAt(),
  },
  (table) => [index('projects_organisation').on(table.organisationId, table.id.desc())],
);
