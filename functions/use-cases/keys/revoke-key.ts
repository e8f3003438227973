import { keys } from '@laurel/storage';
import { eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from './authenticate.ts';
import { checkScopes } from './check-grant.ts';
import { getKey } from './get-key.ts';
import type { Scope } from './scopes.ts';

/** Ends a key for good; revoking it again changes nothing. @throws {Problem} 404; 403 for a key that may do more than the caller's */
export async function revokeKey(context: Context, caller: Caller, id: string): Promise<void> {
  const { scopes } = await getKey(context, caller, id);
  checkScopes(caller, scopes as Scope[]);
  await context.db
    .update(keys)
    .set({ revokedAt: sql`coalesce(${keys.revokedAt}, ${context.now().toISOString()}::timestamptz)` })
    .where(eq(keys.id, id));
}
