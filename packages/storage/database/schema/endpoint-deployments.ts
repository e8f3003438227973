import type { TrafficShare } from '@laurel/contracts';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { endpoints } from './endpoints.ts';

/** Who answered for an endpoint from when on. Append-only: nothing here is ever changed. */
export const endpointDeployments = pgTable(
  'endpoint_deployments',
  {
    id: text().primaryKey(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    cause: text({ enum: ['create', 'publish', 'route', 'rollback'] }).notNull(),
    liveVersion: integer('live_version').notNull(),
    split: jsonb().$type<TrafficShare[]>().notNull(),
    shadowVersion: integer('shadow_version'),
    /** Of a rollback: the earlier deployment that it goes back to. */
    restores: text(),
    /** Who asked for it. */
    keyId: text('key_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('endpoint_deployments_endpoint').on(table.endpointId, table.id.desc())],
);
