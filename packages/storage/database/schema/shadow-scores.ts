import { doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { endpoints } from './endpoints.ts';

/** How a shadow version scored what another version had answered: one row a request, no texts, the newest ones only. */
export const shadowScores = pgTable(
  'shadow_scores',
  {
    id: text().primaryKey(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    requestId: text('request_id').notNull(),
    answeredBy: integer('answered_by').notNull(),
    shadowVersion: integer('shadow_version').notNull(),
    completions: integer().notNull(),
    /** Of the shadow's normalised scores over those that were answered. */
    meanDifference: doublePrecision('mean_difference').notNull(),
    largestDifference: doublePrecision('largest_difference').notNull(),
    /** Items with several completions of which both prefer the same one, and all such items. */
    samePreferred: integer('same_preferred').notNull(),
    choices: integer().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index('shadow_scores_endpoint').on(table.endpointId, table.id.desc()),
    index('shadow_scores_created').on(table.endpointId, table.createdAt),
  ],
);
