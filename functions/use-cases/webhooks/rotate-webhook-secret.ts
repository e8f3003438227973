import { webhookEndpoints } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { newWebhookSecret } from '../../webhooks/signature.ts';
import { lockWebhookEndpoint, type WebhookEndpointRow } from './get-webhook-endpoint.ts';

/** Gives an endpoint a new secret. The one before signs too for as long as the two overlap. @throws {Problem} 404 */
export function rotateWebhookSecret(
  { db, now }: Context,
  projectId: string,
  id: string,
  overlapSeconds: number,
): Promise<WebhookEndpointRow> {
  return db.transaction(async (tx) => {
    const before = await lockWebhookEndpoint(tx, projectId, id);
    const overlap =
      overlapSeconds > 0
        ? { previousSecret: before.secret, previousSecretExpiresAt: new Date(now().getTime() + overlapSeconds * 1000) }
        : { previousSecret: null, previousSecretExpiresAt: null };
    const [endpoint] = await tx
      .update(webhookEndpoints)
      .set({ secret: newWebhookSecret(), ...overlap })
      .where(eq(webhookEndpoints.id, id))
      .returning();
    return endpoint as WebhookEndpointRow;
  });
}
