import { endpoints } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type EndpointRow = typeof endpoints.$inferSelect;

/** @throws {Problem} 404 */
export async function getEndpoint({ db }: Pick<Context, 'db'>, projectId: string, id: string): Promise<EndpointRow> {
  const [endpoint] = await db
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.projectId, projectId), eq(endpoints.id, id)));
  if (!endpoint) throw notFound('endpoint', id);
  return endpoint;
}
