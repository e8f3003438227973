import { z } from '@hono/zod-openapi';
import { modelKind, slug } from '@laurel/contracts';
import { timestamp } from '../../http/schemas.ts';
import type { ModelRow } from '../../use-cases/models/get-model.ts';
import type { ModelVersionRow } from '../../use-cases/models/get-model-version.ts';
import type { AliasMoveRow } from '../../use-cases/models/move-alias.ts';

/** A model by its id or its name. */
export const modelParam = z.object({ id: z.string().max(64).openapi({ description: "The model's id or name." }) });

export const aliasParam = modelParam.extend({ alias: slug });

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
    /** What people say of it, and words to find it by: all of it that ever changes. */
    note: z.string().nullable(),
    tags: z.array(z.string()),
    created_at: timestamp,
  })
  .openapi('ModelVersion');

export const aliasSchema = z
  .object({
    id: z.string(),
    model: z.string(),
    alias: z.string(),
    /** Counts from 1 within the alias. */
    number: z.number().int(),
    /** What it stood for from then on; null for nothing. */
    model_version: z.string().nullable(),
    reason: z.string(),
    /** The key that asked for it. */
    key: z.string(),
    created_at: timestamp,
  })
  .openapi('Alias');

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
  note: row.note,
  tags: row.tags,
  created_at: row.createdAt.toISOString(),
});

export const presentAlias = (row: AliasMoveRow): z.input<typeof aliasSchema> => ({
  id: row.id,
  model: row.modelId,
  alias: row.alias,
  number: row.number,
  model_version: row.modelVersionId,
  reason: row.reason,
  key: row.keyId,
  created_at: row.createdAt.toISOString(),
});
