import { keys } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from './authenticate.ts';
import { checkGrant } from './check-grant.ts';
import type { KeyRow } from './create-key.ts';
import { getKey } from './get-key.ts';
import { checkExpiry } from './grant-key.ts';
import type { Scope } from './scopes.ts';

/** What of a key can change; what is left out stays. */
export interface KeyChanges {
  name?: string | undefined;
  /** Null for a key without an end. */
  expiresAt?: Date | null | undefined;
}

/** @throws {Problem} 404; 403 for a key that may do more than the caller's, or would outlive it; 422 for an end in the past */
export async function updateKey(context: Context, caller: Caller, id: string, changes: KeyChanges): Promise<KeyRow> {
  const before = await getKey(context, caller, id);
  const { name = before.name, expiresAt = before.expiresAt } = changes;
  checkGrant(caller, { scopes: before.scopes as Scope[], expiresAt });
  if (changes.expiresAt) checkExpiry(context, changes.expiresAt);
  const [key] = await context.db.update(keys).set({ name, expiresAt }).where(eq(keys.id, id)).returning();
  return key as KeyRow;
}
