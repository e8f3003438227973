import { hasEnded, newId, Problem } from '@laurel/contracts';
import { type Database, datasetDeletions, datasets, jobs, models, modelVersions } from '@laurel/storage';
import { and, arrayContains, eq, getTableColumns, ne, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { datasetsOf } from '../jobs/job-inputs.ts';
import { notFound } from '../not-found.ts';
import type { DeletionReceipt } from './deletion-receipts.ts';

/**
 * Deletes a dataset, and its rows unless another has the same; the receipt stays.
 *
 * @param check called once nothing that begins now can come to name the dataset
 * @throws {Problem} 404; 409 while a job that has not ended needs it, or rows are appended to it; what `check` throws
 */
export async function deleteDataset(
  context: Context,
  projectId: string,
  id: string,
  check: (tx: Database) => Promise<void> = async () => {},
): Promise<DeletionReceipt> {
  const { db, artifacts } = context;
  const receipt = await markDeleted(context, projectId, id, check);
  for (const artifact of receipt.artifacts) await artifacts.delete(artifact);
  await db.delete(datasets).where(eq(datasets.id, id)); // last, so that what a kill leaves behind is found by the sweep
  return receipt;
}

/** Of PostgreSQL's advisory locks: those on rows, by where they are kept. */
const DELETING_ROWS = 0x1a43e2;

function markDeleted(
  { db, now }: Context,
  projectId: string,
  id: string,
  check: (tx: Database) => Promise<void>,
): Promise<DeletionReceipt> {
  return db.transaction(async (tx) => {
    const mine = and(eq(datasets.projectId, projectId), eq(datasets.id, id), ne(datasets.state, 'deleting'));
    const [dataset] = await tx.select().from(datasets).where(mine).for('update');
    if (!dataset) throw notFound('dataset', id);
    await check(tx);
    const key = dataset.artifactKey;
    // One at a time, so that of two that share their rows not both are deleted as if the other were to stay. Each has locked its own
    // dataset by now; if it locked the others as well, the two would wait for each other.
    if (key) await tx.execute(sql`select pg_advisory_xact_lock(${DELETING_ROWS}, hashtext(${key}))`);
    const sharing = key
      ? await tx
          .select({ id: datasets.id })
          .from(datasets)
          .where(and(eq(datasets.artifactKey, key), ne(datasets.id, id)))
          .orderBy(datasets.id)
      : [];
    const naming = await tx
      .select({ id: jobs.id, state: jobs.state, spec: jobs.spec })
      .from(jobs)
      .where(and(eq(jobs.projectId, projectId), sql`${jobs.spec}::text like ${`%${id}%`}`));
    const users = naming.filter(({ spec }) => datasetsOf(spec).some((input) => input.id === id));
    const live = users.find(({ state }) => !hasEnded(state));
    if (live) throw new Problem(409, 'dataset_in_use', `Job ${live.id} needs dataset ${id}; cancel it or let it end.`);
    const learnt = await tx
      .select(getTableColumns(modelVersions))
      .from(modelVersions)
      .innerJoin(models, eq(models.id, modelVersions.modelId))
      .where(and(eq(models.projectId, projectId), arrayContains(modelVersions.datasets, [id])));
    const next = await tx
      .select({ id: datasets.id, state: datasets.state })
      .from(datasets)
      .where(and(eq(datasets.projectId, projectId), eq(datasets.previous, id)));
    const appending = next.find(({ state }) => state === 'uploading');
    if (appending) {
      const detail = `Dataset ${appending.id} is being made from ${id}; wait until it is ready, or delete it first.`;
      throw new Problem(409, 'dataset_in_use', detail);
    }
    const gone = key && sharing.length === 0 ? [key] : [];
    await tx
      .update(datasets)
      .set({ state: 'deleting', artifactKey: gone[0] ?? null })
      .where(eq(datasets.id, id));
    const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
    const dependents = { jobs: ids(users), modelVersions: ids(learnt), datasets: ids(next) };
    const receipt = { dataset, artifacts: gone, sharedWith: ids(sharing), ...dependents };
    const deletion = { id: newId('del'), deletedAt: now() };
    await tx.insert(datasetDeletions).values({ ...deletion, projectId, datasetId: id, receipt });
    return { ...deletion, ...receipt };
  });
}
