import { pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/** Everything else belongs to one project; another project's objects do not exist for it. */
export const projects = pgTable('projects', {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: createdAt(),
});
