import { models, modelVersions } from '@laurel/storage';
import { and, eq, getTableColumns } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type ModelVersionRow = typeof modelVersions.$inferSelect;

/** @throws {Problem} 404 */
export async function getModelVersion(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  id: string,
): Promise<ModelVersionRow> {
  const [version] = await db
    .select(getTableColumns(modelVersions))
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(and(eq(models.projectId, projectId), eq(modelVersions.id, id)));
  if (!version) throw notFound('model version', id);
  return version;
}
