import { jobs } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { JobRow } from './job-log.ts';

/** @throws {Problem} 404 */
export async function getJob({ db }: Context, projectId: string, id: string): Promise<JobRow> {
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), eq(jobs.id, id)));
  if (!job) throw notFound('job', id);
  return job;
}
