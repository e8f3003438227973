import type { JobSpec } from '@laurel/contracts';
import { datasets, models, modelUploads, modelVersions } from '@laurel/storage';
import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { DatasetRow } from '../datasets/upload-dataset.ts';
import type { ModelUploadRow } from '../model-uploads/get-model-upload.ts';
import type { ModelVersionRow } from '../models/get-model-version.ts';
import { datasetsOf, modelsOf, uploadOf } from './job-inputs.ts';

type Database = Pick<Context, 'db'>;

/** The project's datasets that a spec names, by id. */
export async function findDatasets(
  { db }: Database,
  projectId: string,
  spec: JobSpec,
): Promise<Map<string, DatasetRow>> {
  const ids = datasetsOf(spec).map(({ id }) => id);
  const rows = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), inArray(datasets.id, ids)));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The project's model versions that a spec names, by id. */
export async function findModelVersions(
  { db }: Database,
  projectId: string,
  spec: JobSpec,
): Promise<Map<string, ModelVersionRow>> {
  const ids = modelsOf(spec).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await db
    .select(getTableColumns(modelVersions))
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(and(eq(models.projectId, projectId), inArray(modelVersions.id, ids)));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The project's upload of a model that a spec names, by id. */
export async function findModelUploads(
  { db }: Database,
  projectId: string,
  spec: JobSpec,
): Promise<Map<string, ModelUploadRow>> {
  const id = uploadOf(spec);
  if (id === undefined) return new Map();
  const rows = await db
    .select()
    .from(modelUploads)
    .where(and(eq(modelUploads.projectId, projectId), eq(modelUploads.id, id)));
  return new Map(rows.map((row) => [row.id, row]));
}
