import { type Database, endpoints } from '@laurel/storage';
import { and, eq, or, type SQL } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type EndpointRow = typeof endpoints.$inferSelect;

/** Of an endpoint by its id or its name, which cannot be mistaken for each other: a name has no underscore. */
export const isEndpoint = (projectId: string, idOrName: string): SQL | undefined =>
  and(eq(endpoints.projectId, projectId), or(eq(endpoints.id, idOrName), eq(endpoints.name, idOrName)));

/** @throws {Problem} 404 */
export async function getEndpoint(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  idOrName: string,
): Promise<EndpointRow> {
  const [endpoint] = await db.select().from(endpoints).where(isEndpoint(projectId, idOrName));
  if (!endpoint) throw notFound('endpoint', idOrName);
  return endpoint;
}

/** The same, and no other transaction changes it meanwhile. @throws {Problem} 404 */
export async function lockEndpoint(tx: Database, projectId: string, idOrName: string): Promise<EndpointRow> {
  const [endpoint] = await tx.select().from(endpoints).where(isEndpoint(projectId, idOrName)).for('update');
  if (!endpoint) throw notFound('endpoint', idOrName);
  return endpoint;
}
