import { z } from '@hono/zod-openapi';
import { manifest } from '@laurel/contracts';
import { timestamp } from '../../http/schemas.ts';
import type { ModelUploadRow } from '../../use-cases/model-uploads/get-model-upload.ts';

export const modelUploadSchema = z
  .object({
    id: z.string(),
    /** What has arrived, by name. */
    files: manifest.shape.files,
    created_at: timestamp,
  })
  .openapi('ModelUpload');

export const presentModelUpload = (row: ModelUploadRow): z.input<typeof modelUploadSchema> => ({
  id: row.id,
  files: Object.fromEntries(
    Object.entries(row.files).map(([name, { sha256, size_bytes }]) => [name, { sha256, size_bytes }]),
  ),
  created_at: row.createdAt.toISOString(),
});
