import { z } from '@hono/zod-openapi';
import { datasetKind, problemDetails } from '@laurel/contracts';
import { timestamp } from '../../http/schemas.ts';
import { UPLOAD_FORMATS } from '../../uploads/upload-lines.ts';
import { type DatasetUploadRow, partCountOf } from '../../use-cases/dataset-uploads/get-dataset-upload.ts';
import type { PartUrl } from '../../use-cases/dataset-uploads/part-urls.ts';

export const uploadFormat = z.enum(UPLOAD_FORMATS);

export const datasetUploadSchema = z
  .object({
    id: z.string(),
    kind: datasetKind,
    name: z.string(),
    format: uploadFormat,
    size_bytes: z.number().int(),
    /** Of each part but the last, which has the rest. */
    part_size_bytes: z.number().int(),
    /** They are numbered from 1. */
    part_count: z.number().int(),
    /** `completing` while its rows are checked; `open` again with an `error` where that was interrupted for good. */
    state: z.enum(['open', 'completing', 'completed', 'failed', 'aborted', 'expired']),
    /** Of `size_bytes`, how many have been checked. */
    checked_bytes: z.number().int(),
    /** What it has become. */
    dataset: z.string().nullable(),
    /** Why it failed, as the direct upload would have answered. */
    error: problemDetails.pick({ status: true, code: true, detail: true, errors: true }).nullable(),
    created_at: timestamp,
    /** An open upload expires then; one that has ended is forgotten then. */
    expires_at: timestamp,
  })
  .openapi('DatasetUpload');

export const presentDatasetUpload = (row: DatasetUploadRow): z.input<typeof datasetUploadSchema> => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  format: row.format,
  size_bytes: row.sizeBytes,
  part_size_bytes: row.partBytes,
  part_count: partCountOf(row),
  state: row.state,
  checked_bytes: row.checkedBytes,
  dataset: row.state === 'completed' ? row.datasetId : null,
  error: row.error,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});

export const partUrlSchema = z
  .object({
    number: z.number().int(),
    /** What its body must have. */
    size_bytes: z.number().int(),
    url: z.string().openapi({
      description:
        'Takes a PUT of the part, without a key. A path is one of this API, behind its address: `/v1/…`; anything else is an address of the ' +
        'artifact store.',
    }),
    expires_at: timestamp,
  })
  .openapi('PartUrl');

export const presentPartUrl = ({ number, sizeBytes, url, expiresAt }: PartUrl): z.input<typeof partUrlSchema> => ({
  number,
  size_bytes: sizeBytes,
  url,
  expires_at: expiresAt.toISOString(),
});
