import { z } from '@hono/zod-openapi';
import { datasetKind } from '@laurel/contracts';
import { timestamp } from '../../http/schemas.ts';
import { type DatasetReport, datasetReport } from '../../uploads/dataset-report.ts';
import type { DatasetRow } from '../../use-cases/datasets/upload-dataset.ts';

export const datasetSchema = z
  .object({
    id: z.string(),
    kind: datasetKind,
    name: z.string(),
    /** Counts from 1; appending to a dataset makes the next version of it. */
    version: z.number().int(),
    /** The version that it was appended to. */
    previous: z.string().nullable(),
    state: z.enum(['uploading', 'ready', 'failed', 'deleting']),
    /** Of the stored rows; null, like the next three, until the dataset is ready. */
    sha256: z.string().nullable(),
    rows: z.number().int().nullable(),
    size_bytes: z.number().int().nullable(),
    report: datasetReport.nullable(),
    created_at: timestamp,
    ready_at: timestamp.nullable(),
  })
  .openapi('Dataset');

export const presentDataset = (row: DatasetRow): z.input<typeof datasetSchema> => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  version: row.version,
  previous: row.previous,
  state: row.state,
  sha256: row.sha256,
  rows: row.rows,
  size_bytes: row.sizeBytes,
  report: row.report as DatasetReport | null,
  created_at: row.createdAt.toISOString(),
  ready_at: row.readyAt?.toISOString() ?? null,
});
