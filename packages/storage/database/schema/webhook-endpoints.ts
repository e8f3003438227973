import type { WebhookEventType } from '@laurel/contracts';
import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment } from './columns.ts';
import { projects } from './projects.ts';

/** Where a project wants to be told what happens. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    url: text().notNull(),
    description: text().notNull(),
    /** What it wants to be told; null for everything. */
    eventTypes: text('event_types').array().$type<WebhookEventType[]>(),
    enabled: boolean().notNull().default(true),
    /** Why it is disabled, where its owner did not do so: it answered 410, or nothing good for a day. */
    disabledReason: text('disabled_reason', { enum: ['gone', 'failing'] }),
    /** As it was shown, since signing needs it: `whsec_` and base64. */
    secret: text().notNull(),
    /** The secret before, which signs too until its time is over. */
    previousSecret: text('previous_secret'),
    previousSecretExpiresAt: moment('previous_secret_until'),
    createdAt: createdAt(),
  },
  (table) => [index('webhook_endpoints_project').on(table.projectId, table.id.desc())],
);
