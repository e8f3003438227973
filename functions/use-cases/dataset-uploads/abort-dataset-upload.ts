import { Problem } from '@laurel/contracts';
import { datasetUploads } from '@laurel/storage';
import { and, eq, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { discardParts, keptUntil } from './discard-dataset-uploads.ts';
import { getDatasetUpload } from './get-dataset-upload.ts';

/** Ends an upload and removes its parts; one whose completion is under way as well. @throws {Problem} 404; 409 when it is a dataset already */
export async function abortDatasetUpload(context: Context, projectId: string, id: string): Promise<void> {
  const { db, now } = context;
  await getDatasetUpload(context, projectId, id);
  const [upload] = await db
    .update(datasetUploads)
    .set({ state: 'aborted', expiresAt: keptUntil(now()) })
    .where(and(eq(datasetUploads.id, id), ne(datasetUploads.state, 'completed')))
    .returning();
  if (!upload) throw new Problem(409, 'upload_completed', `Upload ${id} is a dataset already; delete that.`);
  await discardParts(context, id);
}
