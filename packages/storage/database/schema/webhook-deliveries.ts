import type { WebhookEventType } from '@laurel/contracts';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { webhookEndpoints } from './webhook-endpoints.ts';

/** One try to deliver. */
export interface WebhookAttempt {
  at: string;
  durationMs: number;
  /** Null when no answer came. */
  status: number | null;
  /** Why none came. */
  error: string | null;
  /** The beginning of the answer's body. */
  answer: string;
}

/**
 * What one endpoint is to be told, written in the transaction that makes it true. A sender takes a row by moving `due_at` on, then
 * sends; a sender that dies leaves a row that falls due again, and the endpoint knows by the id that it is the same.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: text().primaryKey(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    type: text().$type<WebhookEventType>().notNull(),
    /** The event, to the byte as it is signed and sent. */
    body: text().notNull(),
    state: text({ enum: ['pending', 'delivered', 'failed'] })
      .notNull()
      .default('pending'),
    /** Not to be sent before. */
    dueAt: moment('due_at').notNull(),
    /** When it was due first, or first after its replay: tries go on for a day from then. */
    queuedAt: moment('queued_at').notNull(),
    /** When it arrived or was given up; null while it is pending. */
    settledAt: moment('settled_at'),
    attempts: jsonb().$type<WebhookAttempt[]>().notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [
    index('webhook_deliveries_due').on(table.state, table.dueAt),
    index('webhook_deliveries_endpoint').on(table.endpointId, table.id.desc()),
    index('webhook_deliveries_queued').on(table.queuedAt),
  ],
);
