import { newId } from '@laurel/contracts';
import { modelUploads } from '@laurel/storage';
import type { Context } from '../../context.ts';
import type { ModelUploadRow } from './get-model-upload.ts';

export async function createModelUpload({ db, now }: Context, projectId: string): Promise<ModelUploadRow> {
  const upload = { id: newId('up'), projectId, createdAt: now() };
  const [row] = await db.insert(modelUploads).values(upload).returning();
  return row as ModelUploadRow;
}
