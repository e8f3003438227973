import { jobs } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { JobRow } from './job-log.ts';

export async function listJobs({ db }: Context, projectId: string, page: PageRequest): Promise<Page<JobRow>> {
  const older = page.after ? lt(jobs.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), older))
    .orderBy(desc(jobs.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
