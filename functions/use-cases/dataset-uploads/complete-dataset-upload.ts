import { Problem } from '@laurel/contracts';
import { datasetUploads } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type DatasetUploadRow, getDatasetUpload, partCountOf, partsPrefixOf } from './get-dataset-upload.ts';

const LISTED_PARTS = 1000;

/** The numbers of the parts that are there, ascending. */
export async function receivedParts({ artifacts }: Context, { id }: DatasetUploadRow): Promise<number[]> {
  const keys = await artifacts.list(`${partsPrefixOf(id)}/`);
  return keys.map((key) => Number(key.slice(key.lastIndexOf('/') + 1))).toSorted((a, b) => a - b);
}

/**
 * Has the rows of an upload checked and made a dataset, for which the answer does not wait. Asked again it changes nothing, unless the
 * upload is open again.
 *
 * @throws {Problem} 404; 409 when parts are missing, naming them, or the upload has ended otherwise
 */
export async function completeDatasetUpload(
  context: Context,
  projectId: string,
  id: string,
): Promise<DatasetUploadRow> {
  const upload = await getDatasetUpload(context, projectId, id);
  if (upload.state === 'completing' || upload.state === 'completed') return upload;
  if (upload.state !== 'open') {
    throw new Problem(409, 'upload_ended', `Upload ${id} is ${upload.state}; begin another one.`);
  }
  await refuseMissingParts(context, upload);
  const [row] = await context.db
    .update(datasetUploads)
    .set({ state: 'completing', attempt: 0, checkedBytes: 0, leaseExpiresAt: null, error: null })
    .where(and(eq(datasetUploads.id, id), eq(datasetUploads.state, 'open')))
    .returning();
  return row ?? completeDatasetUpload(context, projectId, id); // another request was first
}

async function refuseMissingParts(context: Context, upload: DatasetUploadRow): Promise<void> {
  const received = new Set(await receivedParts(context, upload));
  const count = partCountOf(upload);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((number) => !received.has(number));
  const [first] = missing;
  if (first === undefined) return;
  const detail = `${missing.length} of ${count} parts are missing, the first is ${first}; put them, then complete the upload again.`;
  const errors = missing.slice(0, LISTED_PARTS).map((number) => ({
    pointer: `/parts/${number}`,
    code: 'missing_part',
    detail: `Part ${number} has not arrived.`,
  }));
  throw new Problem(409, 'parts_missing', detail, { errors });
}
