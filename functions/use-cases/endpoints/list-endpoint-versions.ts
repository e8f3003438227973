import { endpointVersions } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getEndpoint } from './get-endpoint.ts';
import type { EndpointVersionRow } from './publish-version.ts';

/** @throws {Problem} 404 */
export async function listEndpointVersions(
  context: Context,
  projectId: string,
  endpointId: string,
  page: PageRequest,
): Promise<Page<EndpointVersionRow>> {
  await getEndpoint(context, projectId, endpointId);
  const older = page.after ? lt(endpointVersions.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(endpointVersions)
    .where(and(eq(endpointVersions.endpointId, endpointId), older))
    .orderBy(desc(endpointVersions.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
