import { newId, type WebhookEvent } from '@laurel/contracts';
import { type Database, webhookDeliveries, webhookEndpoints } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';

/**
 * Has a project's webhook endpoints told what has happened. To be called within the transaction that makes it true, so that neither is
 * there without the other.
 */
export async function announce(
  tx: Database,
  projectId: string,
  events: readonly WebhookEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  const endpoints = await tx
    .select({ id: webhookEndpoints.id, eventTypes: webhookEndpoints.eventTypes })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.projectId, projectId), eq(webhookEndpoints.enabled, true)))
    .for('key share'); // so that none is deleted before this transaction ends, which would make it fail
  const deliveries = endpoints.flatMap(({ id, eventTypes }) =>
    events
      .filter(({ type }) => eventTypes === null || eventTypes.includes(type))
      .map((event) => deliveryOf(id, event, at)),
  );
  if (deliveries.length > 0) await tx.insert(webhookDeliveries).values(deliveries);
}

/** The row that has an endpoint told of an event. */
export const deliveryOf = (endpointId: string, event: WebhookEvent, at: Date) => ({
  id: newId('whd'),
  endpointId,
  type: event.type,
  body: JSON.stringify(event),
  dueAt: at,
  queuedAt: at,
  createdAt: at,
});
