import { keys } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { Caller } from './authenticate.ts';
import type { KeyRow } from './create-key.ts';
import { isWithinReach } from './reach.ts';

/** @throws {Problem} 404 */
export async function getKey(context: Pick<Context, 'db'>, caller: Caller, id: string): Promise<KeyRow> {
  const [key] = await context.db
    .select()
    .from(keys)
    .where(and(eq(keys.id, id), isWithinReach(context, caller, keys.projectId)));
  if (!key) throw notFound('key', id);
  return key;
}
