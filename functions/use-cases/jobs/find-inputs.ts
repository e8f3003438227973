import type { JobSpec } from '@laurel/contracts';
import { datasets, modelUploads } from '@laurel/storage';
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { DatasetRow } from '../datasets/upload-dataset.ts';
import type { ModelUploadRow } from '../model-uploads/get-model-upload.ts';
import { datasetsOf, uploadOf } from './job-inputs.ts';

type Database = Pick<Context, 'db'>;

/** The project's datasets that a spec names, by id. None of them is deleted before the transaction ends. */
export async function findDatasets(
  { db }: Database,
  projectId: string,
  spec: JobSpec,
): Promise<Map<string, DatasetRow>> {
  const ids = datasetsOf(spec).map(({ id }) => id);
  const rows = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), inArray(datasets.id, ids), ne(datasets.state, 'deleting')))
    .orderBy(datasets.id)
    .for('key share');
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
