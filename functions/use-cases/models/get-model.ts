import { models } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type ModelRow = typeof models.$inferSelect;

/** @throws {Problem} 404 */
export async function getModel({ db }: Context, projectId: string, id: string): Promise<ModelRow> {
  const [model] = await db
    .select()
    .from(models)
    .where(and(eq(models.projectId, projectId), eq(models.id, id)));
  if (!model) throw notFound('model', id);
  return model;
}
