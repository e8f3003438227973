import { type Database, models } from '@laurel/storage';
import { and, eq, or, type SQL } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type ModelRow = typeof models.$inferSelect;

/** Of a model by its id or its name, which cannot be mistaken for each other: a name has no underscore. */
const isModel = (projectId: string, idOrName: string): SQL | undefined =>
  and(eq(models.projectId, projectId), or(eq(models.id, idOrName), eq(models.name, idOrName)));

/** @throws {Problem} 404 */
export async function getModel({ db }: Context, projectId: string, idOrName: string): Promise<ModelRow> {
  const [model] = await db.select().from(models).where(isModel(projectId, idOrName));
  if (!model) throw notFound('model', idOrName);
  return model;
}

/** The same, and no other transaction changes it meanwhile. @throws {Problem} 404 */
export async function lockModel(tx: Database, projectId: string, idOrName: string): Promise<ModelRow> {
  const [model] = await tx.select().from(models).where(isModel(projectId, idOrName)).for('update');
  if (!model) throw notFound('model', idOrName);
  return model;
}
