import { z } from '@hono/zod-openapi';
import { type WebhookEvent, webhookEvent, webhookEventTypes } from '@laurel/contracts';
import { named } from '../../http/named.ts';
import { timestamp } from '../../http/schemas.ts';
import type { WebhookEndpointRow } from '../../use-cases/webhooks/get-webhook-endpoint.ts';
import type { WebhookDeliveryRow } from '../../use-cases/webhooks/take-delivery.ts';

/** What may be wanted: a ping is sent on request alone. */
const wantedType = z.enum(webhookEventTypes).exclude(['webhook_endpoint.ping']);

/** What an endpoint's owner says of it. */
export const webhookSettings = {
  url: z.string().max(2048),
  description: z.string().max(500),
  event_types: z.array(wantedType).min(1).max(wantedType.options.length).nullable(),
};

export const webhookEndpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    /** What it is told; null for everything, also what later versions tell. */
    event_types: z.array(z.enum(webhookEventTypes)).nullable(),
    /** While it is false nothing is sent, and what happens is not kept for it. */
    enabled: z.boolean(),
    /** Why it is not enabled, where its owner did not do so: it answered 410 (`gone`), or nothing good for a day (`failing`). */
    disabled_reason: z.enum(['gone', 'failing']).nullable(),
    /** Until when the secret before this one signs too. */
    previous_secret_expires_at: timestamp.nullable(),
    created_at: timestamp,
  })
  .openapi('WebhookEndpoint');

export const webhookEndpointWithSecretSchema = webhookEndpointSchema
  .extend({
    /** What its messages are signed with; shown this once. */
    secret: z.string(),
  })
  .openapi('WebhookEndpointWithSecret');

export const presentWebhookEndpoint = (row: WebhookEndpointRow): z.output<typeof webhookEndpointSchema> => ({
  id: row.id,
  url: row.url,
  description: row.description,
  event_types: row.eventTypes,
  enabled: row.enabled,
  disabled_reason: row.disabledReason,
  previous_secret_expires_at: row.previousSecretExpiresAt?.toISOString() ?? null,
  created_at: row.createdAt.toISOString(),
});

export const presentWithSecret = (row: WebhookEndpointRow) => ({ ...presentWebhookEndpoint(row), secret: row.secret });

const webhookEventSchema = named(webhookEvent, 'WebhookEvent');

export const webhookDeliverySchema = z
  .object({
    /** The `webhook-id` that it is sent under, each time. */
    id: z.string(),
    event: webhookEventSchema,
    state: z.enum(['pending', 'delivered', 'failed']),
    /** When it is tried next; null once it is settled. */
    next_attempt_at: timestamp.nullable(),
    /** When it arrived or was given up. */
    settled_at: timestamp.nullable(),
    attempts: z.array(
      z.object({
        at: timestamp,
        duration_ms: z.number().int(),
        /** Null when no answer came. */
        status: z.number().int().nullable(),
        /** Why none came. */
        error: z.string().nullable(),
        /** The beginning of the answer's body. */
        answer: z.string(),
      }),
    ),
    created_at: timestamp,
  })
  .openapi('WebhookDelivery');

export const presentWebhookDelivery = (row: WebhookDeliveryRow): z.output<typeof webhookDeliverySchema> => ({
  id: row.id,
  event: JSON.parse(row.body) as WebhookEvent,
  state: row.state,
  next_attempt_at: row.state === 'pending' ? row.dueAt.toISOString() : null,
  settled_at: row.settledAt?.toISOString() ?? null,
  attempts: row.attempts.map(({ durationMs, ...attempt }) => ({ ...attempt, duration_ms: durationMs })),
  created_at: row.createdAt.toISOString(),
});
