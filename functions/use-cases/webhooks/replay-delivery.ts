import { webhookDeliveries } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { lockEnabledEndpoint } from './lock-enabled-endpoint.ts';
import type { WebhookDeliveryRow } from './take-delivery.ts';

/**
 * Sends something once more at once, under the same id, with a day of tries before it; what waits for its next try waits no longer.
 *
 * @throws {Problem} 404; 409 when the endpoint is disabled
 */
export function replayDelivery(
  { db, now }: Context,
  projectId: string,
  endpointId: string,
  id: string,
): Promise<WebhookDeliveryRow> {
  return db.transaction(async (tx) => {
    await lockEnabledEndpoint(tx, projectId, endpointId);
    const [delivery] = await tx
      .update(webhookDeliveries)
      .set({ state: 'pending', dueAt: now(), queuedAt: now(), settledAt: null })
      .where(and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.id, id)))
      .returning();
    if (!delivery) throw notFound('delivery', id);
    return delivery;
  });
}
