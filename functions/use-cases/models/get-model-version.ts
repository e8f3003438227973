import { aliasMoves, models, modelVersions } from '@laurel/storage';
import { and, desc, eq, getTableColumns } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

export type ModelVersionRow = typeof modelVersions.$inferSelect;

type Database = Pick<Context, 'db'>;

/** The version with an id, or the one that `model@alias` stands for now. */
export async function findModelVersion(
  { db }: Database,
  projectId: string,
  reference: string,
): Promise<ModelVersionRow | undefined> {
  const at = reference.indexOf('@');
  const isMeant =
    at < 0
      ? eq(modelVersions.id, reference)
      : and(eq(models.name, reference.slice(0, at)), isAliased(db, reference.slice(at + 1)));
  const [version] = await db
    .select(getTableColumns(modelVersions))
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(and(eq(models.projectId, projectId), isMeant));
  return version;
}

/** @throws {Problem} 404 */
export async function getModelVersion(
  database: Database,
  projectId: string,
  reference: string,
): Promise<ModelVersionRow> {
  const version = await findModelVersion(database, projectId, reference);
  if (!version) throw notFound('model version', reference);
  return version;
}

const isAliased = (db: Context['db'], alias: string) =>
  eq(
    modelVersions.id,
    db
      .select({ id: aliasMoves.modelVersionId })
      .from(aliasMoves)
      .where(and(eq(aliasMoves.modelId, models.id), eq(aliasMoves.alias, alias)))
      .orderBy(desc(aliasMoves.number))
      .limit(1),
  );
