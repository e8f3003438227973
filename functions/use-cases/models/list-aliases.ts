import { aliasMoves } from '@laurel/storage';
import { and, asc, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { getModel } from './get-model.ts';
import { type AliasMoveRow, lastMove } from './move-alias.ts';

/** The aliases of a model that stand for a version, by name. @throws {Problem} 404 */
export async function listAliases(context: Context, projectId: string, modelIdOrName: string): Promise<AliasMoveRow[]> {
  const model = await getModel(context, projectId, modelIdOrName);
  const latest = await context.db
    .selectDistinctOn([aliasMoves.alias])
    .from(aliasMoves)
    .where(eq(aliasMoves.modelId, model.id))
    .orderBy(asc(aliasMoves.alias), desc(aliasMoves.number));
  return latest.filter(({ modelVersionId }) => modelVersionId !== null);
}

/** What an alias stands for. @throws {Problem} 404, also for one that stands for nothing any more */
export async function getAlias(
  context: Context,
  projectId: string,
  modelIdOrName: string,
  alias: string,
): Promise<AliasMoveRow> {
  const { id, name } = await getModel(context, projectId, modelIdOrName);
  const last = await lastMove(context.db, id, alias);
  if (!last?.modelVersionId) throw notFound('alias', `${name}@${alias}`);
  return last;
}

/** What an alias has stood for, the newest first. @throws {Problem} 404 for one that the model never had */
export async function aliasHistory(
  context: Context,
  projectId: string,
  modelIdOrName: string,
  alias: string,
  page: PageRequest,
): Promise<Page<AliasMoveRow>> {
  const { id, name } = await getModel(context, projectId, modelIdOrName);
  const own = and(eq(aliasMoves.modelId, id), eq(aliasMoves.alias, alias));
  const { db } = context;
  const moves = (after: ReturnType<typeof lt> | undefined, limit: number) =>
    db.select().from(aliasMoves).where(and(own, after)).orderBy(desc(aliasMoves.number)).limit(limit);
  const [last] = await moves(undefined, 1);
  if (!last) throw notFound('alias', `${name}@${alias}`);
  const before = page.after
    ? lt(
        aliasMoves.number,
        db
          .select({ number: aliasMoves.number })
          .from(aliasMoves)
          .where(and(own, eq(aliasMoves.id, page.after))),
      )
    : undefined;
  return pageFrom(await moves(before, page.limit + 1), page);
}
