import type { UsageMeasure } from '@laurel/contracts';
import { date, doublePrecision, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { projects } from './projects.ts';

/** What projects have used, by day (UTC). */
export const usage = pgTable(
  'usage',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    day: date({ mode: 'string' }).notNull(),
    measure: text().$type<UsageMeasure>().notNull(),
    amount: doublePrecision().notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.day, table.measure] }),
    index('usage_day').on(table.day, table.measure),
  ],
);
