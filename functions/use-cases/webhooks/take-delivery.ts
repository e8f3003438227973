import { webhookDeliveries, webhookEndpoints } from '@laurel/storage';
import { and, asc, eq, lte, notInArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { WebhookEndpointRow } from './get-webhook-endpoint.ts';

export type WebhookDeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Something to send, and where. The row's `dueAt` is the end of the sender's lease. */
export interface TakenDelivery {
  delivery: WebhookDeliveryRow;
  endpoint: WebhookEndpointRow;
}

/** Longer than a try takes. Whoever has not said by then what came of it has died, and another sends it again. */
const LEASE_MS = 60_000;

/**
 * Takes what has been due for longest, so that no other sender does; any number of senders may do so at once.
 *
 * @param besides ids of endpoints that nothing is to be taken for
 */
export async function takeDelivery({ db, now }: Context, besides: string[]): Promise<TakenDelivery | null> {
  const isDue = and(eq(webhookDeliveries.state, 'pending'), lte(webhookDeliveries.dueAt, now()));
  const [any] = await db.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(isDue).limit(1);
  if (!any) return null; // without a transaction, since it is asked often and mostly in vain
  return db.transaction(async (tx) => {
    const [due] = await tx
      .select({ delivery: webhookDeliveries, endpoint: webhookEndpoints })
      .from(webhookDeliveries)
      .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
      .where(and(isDue, eq(webhookEndpoints.enabled, true), notInArray(webhookDeliveries.endpointId, besides)))
      .orderBy(asc(webhookDeliveries.dueAt))
      .limit(1)
      .for('update', { of: webhookDeliveries, skipLocked: true });
    if (!due) return null;
    const dueAt = new Date(now().getTime() + LEASE_MS);
    await tx.update(webhookDeliveries).set({ dueAt }).where(eq(webhookDeliveries.id, due.delivery.id));
    return { delivery: { ...due.delivery, dueAt }, endpoint: due.endpoint };
  });
}
