import { endpointDeployments } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { DeploymentRow } from './deploy.ts';
import { getEndpoint } from './get-endpoint.ts';

/** @throws {Problem} 404 */
export async function listDeployments(
  context: Context,
  projectId: string,
  endpointId: string,
  page: PageRequest,
): Promise<Page<DeploymentRow>> {
  const endpoint = await getEndpoint(context, projectId, endpointId);
  const older = page.after ? lt(endpointDeployments.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(endpointDeployments)
    .where(and(eq(endpointDeployments.endpointId, endpoint.id), older))
    .orderBy(desc(endpointDeployments.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
