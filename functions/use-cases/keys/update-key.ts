import { keys } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
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

/** @throws {Problem} 404; 403 for a key that may do more than the caller's, or would outlive it; 422 for an end in the past; what `expect` throws */
export async function updateKey(
  context: Context,
  caller: Caller,
  id: string,
  changes: KeyChanges,
  expect: Expectation<KeyRow>,
): Promise<KeyRow> {
  const before = await getKey(context, caller, id);
  const { name = before.name, expiresAt = before.expiresAt } = changes;
  checkGrant(caller, { scopes: before.scopes as Scope[], expiresAt });
  if (changes.expiresAt) checkExpiry(context, changes.expiresAt);
  return context.db.transaction(async (tx) => {
    const [locked] = await tx.select().from(keys).where(eq(keys.id, id)).for('update');
    expect(locked);
    const [key] = await tx.update(keys).set({ name, expiresAt }).where(eq(keys.id, id)).returning();
    return key as KeyRow;
  });
}
