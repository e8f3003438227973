import { modelUploads } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type ModelUploadRow = typeof modelUploads.$inferSelect;

/** Where its files are. */
export const modelUploadPrefixOf = (id: string): string => `model-uploads/${id}`;

/** @throws {Problem} 404 */
export async function getModelUpload(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  id: string,
): Promise<ModelUploadRow> {
  const [upload] = await db
    .select()
    .from(modelUploads)
    .where(and(eq(modelUploads.projectId, projectId), eq(modelUploads.id, id)));
  if (!upload) throw notFound('model upload', id);
  return upload;
}
