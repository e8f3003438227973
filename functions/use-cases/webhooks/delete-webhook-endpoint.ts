import { webhookEndpoints } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

/** Tells it nothing any more, and forgets what it was told. @throws {Problem} 404 */
export async function deleteWebhookEndpoint({ db }: Context, projectId: string, id: string): Promise<void> {
  const deleted = await db
    .delete(webhookEndpoints)
    .where(and(eq(webhookEndpoints.projectId, projectId), eq(webhookEndpoints.id, id)))
    .returning({ id: webhookEndpoints.id });
  if (deleted.length === 0) throw notFound('webhook endpoint', id);
}
