import type { JobState, JobType } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { and, arrayContains, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { JobRow } from './job-log.ts';

export interface JobFilter {
  state?: JobState | undefined;
  type?: JobType | undefined;
  /** Jobs that have all of these. */
  tags?: string[] | undefined;
  pipeline?: string | undefined;
}

export async function listJobs(
  { db }: Context,
  projectId: string,
  { state, type, tags, pipeline, ...page }: PageRequest & JobFilter,
): Promise<Page<JobRow>> {
  const rows = await db
    .select()
    .from(jobs)
    .where(
      and(
        eq(jobs.projectId, projectId),
        page.after ? lt(jobs.id, page.after) : undefined,
        state && eq(jobs.state, state),
        type && eq(jobs.type, type),
        tags?.length ? arrayContains(jobs.tags, tags) : undefined,
        pipeline ? eq(jobs.pipelineId, pipeline) : undefined,
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
