import { endpointVersions } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { EndpointVersionRow } from './add-version.ts';
import { getEndpoint } from './get-endpoint.ts';

/** @throws {Problem} 404 */
export async function listEndpointVersions(
  context: Context,
  projectId: string,
  endpointId: string,
  page: PageRequest,
): Promise<Page<EndpointVersionRow>> {
  const endpoint = await getEndpoint(context, projectId, endpointId);
  const older = page.after ? lt(endpointVersions.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(endpointVersions)
    .where(and(eq(endpointVersions.endpointId, endpoint.id), older))
    .orderBy(desc(endpointVersions.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
