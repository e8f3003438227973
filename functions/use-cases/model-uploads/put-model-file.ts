import { isModelFile, maxModelFileBytes, newId, Problem } from '@laurel/contracts';
import { modelUploads } from '@laurel/storage';
import { putHashed } from '@laurel/storage/artifacts';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { checkQuota } from '../quotas/check-quota.ts';
import { withinQuota } from '../quotas/within-quota.ts';
import { getModelUpload, type ModelUploadRow, modelUploadPrefixOf } from './get-model-upload.ts';

export interface ModelFileUpload {
  upload: string;
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/**
 * Keeps one file of an upload, in place of one of that name that came before.
 *
 * @throws {Problem} 404; 422 for a name that no model's file has; 413 when it is too large; 403 over the quota
 */
export async function putModelFile(
  context: Context,
  projectId: string,
  { upload, name, content }: ModelFileUpload,
): Promise<ModelUploadRow> {
  const { db, artifacts } = context;
  const { id } = await getModelUpload(context, projectId, upload);
  if (!isModelFile(name)) {
    const detail = `${name} is no file of a model: config.json, tokenizer.json, tokenizer_config.json, generation_config.json, and model.safetensors or model.safetensors.index.json with its shards are taken.`;
    throw new Problem(422, 'unknown_model_file', detail);
  }
  // Under a key of its own, so that a kill leaves the file that it replaces as it was.
  const key = `${modelUploadPrefixOf(id)}/${newId('file')}/${name}`;
  const { sha256, sizeBytes } = await putHashed(
    artifacts,
    key,
    withinQuota(context, projectId, limited(content, name)),
  );
  const { row, replaced } = await db
    .transaction(async (tx) => {
      const own = eq(modelUploads.id, id);
      const [before] = await tx.select().from(modelUploads).where(own).for('update'); // files may arrive side by side
      const files = { ...before?.files, [name]: { key, sha256, size_bytes: sizeBytes } };
      const [after] = await tx.update(modelUploads).set({ files }).where(own).returning();
      await checkQuota({ ...context, db: tx }, projectId, { stored_bytes: 0 }); // others may have uploaded meanwhile
      return { row: after, replaced: before?.files[name]?.key };
    })
    .catch(async (error: unknown) => {
      if (error instanceof Problem) await artifacts.delete(key);
      throw error;
    });
  if (replaced) await artifacts.delete(replaced);
  if (row) return row;
  await artifacts.delete(key);
  throw notFound('model upload', id); // its day was over meanwhile
}

async function* limited(content: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const maxBytes = maxModelFileBytes(name);
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new Problem(413, 'too_large', `${name} may have at most ${maxBytes} bytes.`);
    yield chunk;
  }
}
