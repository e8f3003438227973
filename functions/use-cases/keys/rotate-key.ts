import { Problem } from '@laurel/contracts';
import { keys } from '@laurel/storage';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from './authenticate.ts';
import { checkGrant } from './check-grant.ts';
import type { KeyRow } from './create-key.ts';
import { getKey } from './get-key.ts';
import { newKeySecret } from './new-key-secret.ts';
import type { Scope } from './scopes.ts';

/**
 * Gives a key a new secret. The old one is taken for `overlapSeconds` more; the one before it, if any, not any more.
 *
 * @throws {Problem} 404; 403 for a key that may do more than the caller's, or outlives it; 409 for one that is revoked or over
 */
export async function rotateKey(
  context: Context,
  caller: Caller,
  id: string,
  overlapSeconds: number,
): Promise<{ key: KeyRow; secret: string }> {
  const before = await getKey(context, caller, id);
  checkGrant(caller, { scopes: before.scopes as Scope[], expiresAt: before.expiresAt });
  const at = context.now();
  const isOver = before.expiresAt !== null && before.expiresAt <= at;
  const { secret, kept } = newKeySecret();
  const [key] = isOver
    ? []
    : await context.db
        .update(keys)
        .set({
          ...kept,
          previousSecretHash: overlapSeconds > 0 ? sql`${keys.secretHash}` : null,
          previousSecretExpiresAt: overlapSeconds > 0 ? new Date(at.getTime() + overlapSeconds * 1000) : null,
        })
        .where(and(eq(keys.id, id), isNull(keys.revokedAt)))
        .returning();
  if (key) return { key, secret };
  throw new Problem(409, 'wrong_state', `Key ${id} ${isOver ? 'has expired' : 'was revoked'}; make a new one.`);
}
