import { z } from '@hono/zod-openapi';
import { modelKind } from '@laurel/contracts';
import { timestamp } from '../../http/schemas.ts';
import type { ModelRow } from '../../use-cases/models/get-model.ts';
import type { ModelVersionRow } from '../../use-cases/models/get-model-version.ts';

export const modelSchema = z.object({ id: z.string(), name: z.string(), created_at: timestamp }).openapi('Model');

export const modelVersionSchema = z
  .object({
    id: z.string(),
    model: z.string(),
    /** Counts from 1 within the model. */
    number: z.number().int(),
    kind: modelKind,
    /** The job that made it. */
    job: z.string(),
    /** Model versions that training started from or learned against. */
    parents: z.array(z.string()),
    datasets: z.array(z.string()),
    /** Of an imported model: what was taken from where, such as the hub's repository and commit. */
    origin: z.record(z.string(), z.string()).nullable(),
    manifest_sha256: z.string(),
    /** The model's config.json. */
    config: z.record(z.string(), z.unknown()),
    metrics: z.record(z.string(), z.number()),
    code_version: z.string(),
    created_at: timestamp,
  })
  .openapi('ModelVersion');

export const presentModel = (row: ModelRow): z.input<typeof modelSchema> => ({
  id: row.id,
  name: row.name,
  created_at: row.createdAt.toISOString(),
});

export const presentModelVersion = (row: ModelVersionRow): z.input<typeof modelVersionSchema> => ({
  id: row.id,
  model: row.modelId,
  number: row.number,
  kind: row.kind,
  job: row.jobId,
  parents: row.parents,
  datasets: row.datasets,
  origin: row.origin,
  manifest_sha256: row.manifestSha256,
  config: row.config,
  metrics: row.metrics,
  code_version: row.codeVersion,
  created_at: row.createdAt.toISOString(),
});
