import { Problem } from '@laurel/contracts';
import { datasets, jobs } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { datasetsOf } from '../jobs/job-inputs.ts';
import { LIVE_STATES } from '../jobs/live-states.ts';
import { getDataset } from './get-dataset.ts';

/** Deletes a dataset and its rows. @throws {Problem} 404; 409 while a job that has not ended needs it */
export async function deleteDataset(context: Context, projectId: string, id: string): Promise<void> {
  const { db, artifacts } = context;
  const dataset = await getDataset(context, projectId, id);
  const live = await db
    .select({ id: jobs.id, spec: jobs.spec })
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), inArray(jobs.state, LIVE_STATES)));
  const user = live.find(({ spec }) => datasetsOf(spec).some((input) => input.id === id));
  if (user) throw new Problem(409, 'dataset_in_use', `Job ${user.id} needs dataset ${id}; cancel it or let it end.`);
  await db.delete(datasets).where(eq(datasets.id, id));
  if (dataset.artifactKey) await artifacts.delete(dataset.artifactKey);
}
