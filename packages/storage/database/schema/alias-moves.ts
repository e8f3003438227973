import { integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { modelVersions } from './model-versions.ts';
import { models } from './models.ts';

/** What the aliases of a model stood for from when on. Append-only: an alias stands for what the last of its rows says. */
export const aliasMoves = pgTable(
  'alias_moves',
  {
    id: text().primaryKey(),
    modelId: text('model_id')
      .notNull()
      .references(() => models.id),
    alias: text().notNull(),
    /** Counts from 1 within the alias. */
    number: integer().notNull(),
    /** Null: from then on the alias stands for nothing. */
    modelVersionId: text('model_version_id').references(() => modelVersions.id),
    reason: text().notNull(),
    /** Who asked for it. */
    keyId: text('key_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [unique('alias_moves_number').on(table.modelId, table.alias, table.number)],
);
