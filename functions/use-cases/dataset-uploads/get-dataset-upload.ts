import { datasetUploads } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type DatasetUploadRow = typeof datasetUploads.$inferSelect;

/** Where its parts are. */
export const partsPrefixOf = (id: string): string => `dataset-uploads/${id}`;

/** Numbered from 1. Each is an object of its own: S3's multipart uploads would make a whole of them that is read only once. */
export const partKeyOf = (id: string, number: number): string => `${partsPrefixOf(id)}/${number}`;

export const partCountOf = ({ sizeBytes, partBytes }: Pick<DatasetUploadRow, 'sizeBytes' | 'partBytes'>): number =>
  Math.ceil(sizeBytes / partBytes);

/** What a part must have: all as many bytes but the last, which has the rest. */
export const sizeOfPart = ({ sizeBytes, partBytes }: DatasetUploadRow, number: number): number =>
  Math.min(partBytes, sizeBytes - (number - 1) * partBytes);

/** @throws {Problem} 404 */
export async function getDatasetUpload(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  id: string,
): Promise<DatasetUploadRow> {
  const [upload] = await db
    .select()
    .from(datasetUploads)
    .where(and(eq(datasetUploads.projectId, projectId), eq(datasetUploads.id, id)));
  if (!upload) throw notFound('dataset upload', id);
  return upload;
}
