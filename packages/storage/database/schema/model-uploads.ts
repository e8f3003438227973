import type { UploadedFile } from '@laurel/contracts';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { projects } from './projects.ts';

/** Files of a model on their way in: kept for a day, within which a job imports them. */
export const modelUploads = pgTable(
  'model_uploads',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** What has arrived, by name. */
    files: jsonb().$type<Record<string, UploadedFile>>().notNull().default({}),
    createdAt: createdAt(),
  },
  (table) => [index('model_uploads_created').on(table.createdAt)],
);
