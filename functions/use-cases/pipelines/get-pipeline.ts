import { pipelines } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { PipelineRow } from './begin-stage.ts';

/** @throws {Problem} 404 */
export async function getPipeline({ db }: Context, projectId: string, id: string): Promise<PipelineRow> {
  const [pipeline] = await db
    .select()
    .from(pipelines)
    .where(and(eq(pipelines.projectId, projectId), eq(pipelines.id, id)));
  if (!pipeline) throw notFound('pipeline', id);
  return pipeline;
}
