import { pipelines } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { PipelineRow } from './begin-stage.ts';

export async function listPipelines({ db }: Context, projectId: string, page: PageRequest): Promise<Page<PipelineRow>> {
  const older = page.after ? lt(pipelines.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(pipelines)
    .where(and(eq(pipelines.projectId, projectId), older))
    .orderBy(desc(pipelines.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
