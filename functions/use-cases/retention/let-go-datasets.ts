import { Problem } from '@laurel/contracts';
import { projects } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { deleteDataset } from '../datasets/delete-dataset.ts';
import { daysBefore } from './days-before.ts';
import { rulesOf } from './get-retention.ts';
import { unusedDatasets } from './unused-datasets.ts';

const DATASETS_A_BATCH = 20;

/**
 * Deletes datasets that nothing names, each with its receipt and an entry in the audit log.
 *
 * @returns whether there may be more of them
 */
export async function letGoDatasets(context: Context, projectId: string): Promise<boolean> {
  const [project] = await context.db.select().from(projects).where(eq(projects.id, projectId));
  const days = project && rulesOf(project).unused_datasets_days;
  if (typeof days !== 'number') return false;
  const unused = { projectId, readyBefore: daysBefore(context.now(), days), limit: DATASETS_A_BATCH };
  const ids = await unusedDatasets(context, unused);
  for (const id of ids) await letGo(context, { ...unused, id });
  return ids.length === DATASETS_A_BATCH;
}

async function letGo(context: Context, unused: Parameters<typeof unusedDatasets>[1] & { id: string }): Promise<void> {
  const { projectId, id } = unused;
  try {
    await deleteDataset(context, projectId, id, async (tx) => {
      const isUnused = (await unusedDatasets({ db: tx }, unused)).length > 0;
      if (!isUnused) throw new Problem(409, 'dataset_in_use', `Dataset ${id} has come into use.`);
      const entry = { projectId, keyId: null, operation: 'datasets.delete', object: id, status: 200 };
      await recordAudit({ db: tx, now: context.now }, entry);
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // else somebody has used or deleted it meanwhile
  }
}
