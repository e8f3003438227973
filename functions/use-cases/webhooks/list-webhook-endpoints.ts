import { webhookEndpoints } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { WebhookEndpointRow } from './get-webhook-endpoint.ts';

export async function listWebhookEndpoints(
  { db }: Context,
  projectId: string,
  page: PageRequest,
): Promise<Page<WebhookEndpointRow>> {
  const older = page.after ? lt(webhookEndpoints.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.projectId, projectId), older))
    .orderBy(desc(webhookEndpoints.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
