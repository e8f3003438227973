import { newId, Problem } from '@laurel/contracts';
import { aliasMoves, type Database } from '@laurel/storage';
import { and, countDistinct, desc, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import type { Caller } from '../keys/authenticate.ts';
import { notFound } from '../not-found.ts';
import { lockModel, type ModelRow } from './get-model.ts';
import { findModelVersion } from './get-model-version.ts';

export type AliasMoveRow = typeof aliasMoves.$inferSelect;

/** Of one model, those that stand for nothing any more among them. */
const MAX_ALIASES = 100;

export interface AliasMove {
  alias: string;
  /** Null takes the alias away. */
  modelVersion: string | null;
  reason: string;
}

/**
 * Has an alias stand for a version of its model, from now on, and keeps why. The same again changes nothing.
 *
 * @throws {Problem} 404; 422 for what is no version of the model; 409 for one alias too many; what `expect` throws
 */
export function moveAlias(
  { db }: Context,
  { projectId, keyId }: Caller,
  modelIdOrName: string,
  { alias, modelVersion, reason }: AliasMove,
  expect: Expectation<AliasMoveRow>,
): Promise<AliasMoveRow> {
  return db.transaction(async (tx) => {
    const model = await lockModel(tx, projectId, modelIdOrName);
    const modelVersionId = modelVersion === null ? null : await versionOf(tx, model, modelVersion);
    const last = await lastMove(tx, model.id, alias);
    expect(last?.modelVersionId ? last : undefined);
    if (last?.modelVersionId === modelVersionId && last.reason === reason) return last;
    if (modelVersionId === null && !last?.modelVersionId) throw notFound('alias', `${model.name}@${alias}`);
    if (!last) await refuseTooMany(tx, model);
    const number = (last?.number ?? 0) + 1;
    const [move] = await tx
      .insert(aliasMoves)
      .values({ id: newId('als'), modelId: model.id, alias, number, modelVersionId, reason, keyId })
      .returning();
    return move as AliasMoveRow;
  });
}

/** The newest move of an alias, if it has any. */
export async function lastMove(db: Database, modelId: string, alias: string): Promise<AliasMoveRow | undefined> {
  const [last] = await db
    .select()
    .from(aliasMoves)
    .where(and(eq(aliasMoves.modelId, modelId), eq(aliasMoves.alias, alias)))
    .orderBy(desc(aliasMoves.number))
    .limit(1);
  return last;
}

async function versionOf(tx: Database, { id, name, projectId }: ModelRow, reference: string): Promise<string> {
  const version = await findModelVersion({ db: tx }, projectId, reference);
  if (version?.modelId === id) return version.id;
  const detail = `Model "${name}" has no version ${reference}; an alias stands for a version of its own model.`;
  const errors = [{ pointer: '/model_version', code: 'unknown_model_version', detail }];
  throw new Problem(422, 'invalid_inputs', detail, { errors });
}

async function refuseTooMany(tx: Database, { id, name }: ModelRow): Promise<void> {
  const [known] = await tx
    .select({ aliases: countDistinct(aliasMoves.alias) })
    .from(aliasMoves)
    .where(eq(aliasMoves.modelId, id));
  if ((known?.aliases ?? 0) < MAX_ALIASES) return;
  const detail = `Model "${name}" has had ${MAX_ALIASES} aliases, the most there are: move one of those.`;
  throw new Problem(409, 'too_many_aliases', detail);
}
