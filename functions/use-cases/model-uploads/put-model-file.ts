import { isModelFile, maxModelFileBytes, Problem } from '@laurel/contracts';
import { modelUploads } from '@laurel/storage';
import { putHashed } from '@laurel/storage/artifacts';
import { eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getModelUpload, type ModelUploadRow, modelUploadPrefixOf } from './get-model-upload.ts';

export interface ModelFileUpload {
  upload: string;
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/**
 * Keeps one file of an upload, in place of one of that name that came before.
 *
 * @throws {Problem} 404; 422 for a name that no model's file has; 413 when it is too large
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
  const stored = await putHashed(artifacts, `${modelUploadPrefixOf(id)}/${name}`, limited(content, name));
  const file = { [name]: { sha256: stored.sha256, size_bytes: stored.sizeBytes } };
  const [row] = await db
    .update(modelUploads)
    .set({ files: sql`${modelUploads.files} || ${JSON.stringify(file)}::jsonb` }) // files may arrive side by side
    .where(eq(modelUploads.id, id))
    .returning();
  return row as ModelUploadRow;
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
