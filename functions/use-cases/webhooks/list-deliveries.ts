import { webhookDeliveries } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';
import type { WebhookDeliveryRow } from './take-delivery.ts';

/** What an endpoint was told or is to be told, newest first. @throws {Problem} 404 */
export async function listDeliveries(
  context: Context,
  projectId: string,
  endpointId: string,
  { state, ...page }: PageRequest & { state?: WebhookDeliveryRow['state'] | undefined },
): Promise<Page<WebhookDeliveryRow>> {
  await getWebhookEndpoint(context, projectId, endpointId);
  const older = page.after ? lt(webhookDeliveries.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.endpointId, endpointId), older, state && eq(webhookDeliveries.state, state)))
    .orderBy(desc(webhookDeliveries.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
