import type { GoldenCheck } from '@laurel/contracts';
import { integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { endpoints } from './endpoints.ts';
import { modelVersions } from './model-versions.ts';

/** A numbered, immutable binding of an endpoint to a model version. */
export const endpointVersions = pgTable(
  'endpoint_versions',
  {
    id: text().primaryKey(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    /** Counts from 1 within the endpoint. */
    number: integer().notNull(),
    modelVersionId: text('model_version_id')
      .notNull()
      .references(() => modelVersions.id),
    /** How close the server came to the model's golden scores before this version was made. */
    golden: jsonb().$type<GoldenCheck>().notNull().default({ compared: 0, largest_difference: 0 }),
    createdAt: createdAt(),
  },
  (table) => [unique('endpoint_versions_number').on(table.endpointId, table.number)],
);
