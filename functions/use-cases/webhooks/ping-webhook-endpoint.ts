import { webhookDeliveries } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { deliveryOf } from './announce.ts';
import { lockEnabledEndpoint } from './lock-enabled-endpoint.ts';
import type { WebhookDeliveryRow } from './take-delivery.ts';

/** Sends an endpoint something that tells nothing, to see whether it arrives. @throws {Problem} 404; 409 when it is disabled */
export function pingWebhookEndpoint({ db, now }: Context, projectId: string, id: string): Promise<WebhookDeliveryRow> {
  return db.transaction(async (tx) => {
    await lockEnabledEndpoint(tx, projectId, id);
    const type = 'webhook_endpoint.ping';
    const ping = { type, timestamp: now().toISOString(), data: { webhook_endpoint: id } } as const;
    const [delivery] = await tx
      .insert(webhookDeliveries)
      .values(deliveryOf(id, ping, now()))
      .returning();
    return delivery as WebhookDeliveryRow;
  });
}
