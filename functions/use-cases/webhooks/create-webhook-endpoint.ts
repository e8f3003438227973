import { newId, Problem } from '@laurel/contracts';
import { projects, webhookEndpoints } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { newWebhookSecret } from '../../webhooks/signature.ts';
import type { Keep } from '../idempotent.ts';
import type { WebhookEndpointRow } from './get-webhook-endpoint.ts';
import { checkTarget, type WebhookSettings } from './webhook-settings.ts';

const MOST_PER_PROJECT = 10;

/**
 * Has a URL told what happens from now on.
 *
 * @throws {Problem} 422 for a URL that nothing would be sent to; 409 when the project has as many as it may
 */
export async function createWebhookEndpoint(
  context: Context,
  projectId: string,
  settings: WebhookSettings,
  keep: Keep<WebhookEndpointRow>,
): Promise<WebhookEndpointRow> {
  await checkTarget(context, settings.url);
  return context.db.transaction(async (tx) => {
    await tx.select().from(projects).where(eq(projects.id, projectId)).for('no key update'); // one is counted at a time
    if ((await tx.$count(webhookEndpoints, eq(webhookEndpoints.projectId, projectId))) >= MOST_PER_PROJECT) {
      const detail = `A project has at most ${MOST_PER_PROJECT} webhook endpoints; delete one, or let one take more types of events.`;
      throw new Problem(409, 'too_many_webhook_endpoints', detail);
    }
    const [endpoint] = await tx
      .insert(webhookEndpoints)
      .values({ id: newId('whe'), projectId, secret: newWebhookSecret(), ...settings })
      .returning();
    await keep(tx, endpoint as WebhookEndpointRow);
    return endpoint as WebhookEndpointRow;
  });
}
