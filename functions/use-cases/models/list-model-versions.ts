import { modelVersions } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getModel } from './get-model.ts';
import type { ModelVersionRow } from './get-model-version.ts';

/** @throws {Problem} 404 */
export async function listModelVersions(
  context: Context,
  projectId: string,
  modelId: string,
  page: PageRequest,
): Promise<Page<ModelVersionRow>> {
  await getModel(context, projectId, modelId);
  const older = page.after ? lt(modelVersions.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.modelId, modelId), older))
    .orderBy(desc(modelVersions.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
