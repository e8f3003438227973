import { type Database, webhookEndpoints } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type WebhookEndpointRow = typeof webhookEndpoints.$inferSelect;

const own = (projectId: string, id: string) =>
  and(eq(webhookEndpoints.projectId, projectId), eq(webhookEndpoints.id, id));

/** @throws {Problem} 404 */
export async function getWebhookEndpoint({ db }: Context, projectId: string, id: string): Promise<WebhookEndpointRow> {
  const [endpoint] = await db.select().from(webhookEndpoints).where(own(projectId, id));
  if (!endpoint) throw notFound('webhook endpoint', id);
  return endpoint;
}

/** Reads an endpoint and keeps others from changing it until the transaction ends. @throws {Problem} 404 */
export async function lockWebhookEndpoint(tx: Database, projectId: string, id: string): Promise<WebhookEndpointRow> {
  const [endpoint] = await tx.select().from(webhookEndpoints).where(own(projectId, id)).for('no key update');
  if (!endpoint) throw notFound('webhook endpoint', id);
  return endpoint;
}
