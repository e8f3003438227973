import { modelVersions } from '@laurel/storage';
import { and, arrayContains, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getModel } from './get-model.ts';
import type { ModelVersionRow } from './get-model-version.ts';

/** @throws {Problem} 404 */
export async function listModelVersions(
  context: Context,
  projectId: string,
  modelIdOrName: string,
  { tags, ...page }: PageRequest & { tags?: string[] | undefined },
): Promise<Page<ModelVersionRow>> {
  const model = await getModel(context, projectId, modelIdOrName);
  const older = page.after ? lt(modelVersions.id, page.after) : undefined;
  const tagged = tags?.length ? arrayContains(modelVersions.tags, tags) : undefined;
  const rows = await context.db
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.modelId, model.id), older, tagged))
    .orderBy(desc(modelVersions.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
