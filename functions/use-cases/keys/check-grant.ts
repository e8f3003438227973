import { Problem } from '@laurel/contracts';
import { allows, type Scope } from './scopes.ts';

/** What a key may do, and until when. */
export interface Grant {
  scopes: readonly Scope[];
  expiresAt: Date | null;
}

/**
 * Nobody gives more than he has: a key that is made, or whose secret is told, may neither do more than the caller's nor outlive it.
 *
 * @throws {Problem} 403
 */
export function checkGrant(own: Grant, { scopes, expiresAt }: Grant): void {
  checkScopes(own, scopes);
  if (!own.expiresAt || (expiresAt && expiresAt <= own.expiresAt)) return;
  const end = own.expiresAt.toISOString();
  const detail = `This key ends at ${end}, and so must what it gives: name an expires_at no later, or use a key that lasts.`;
  throw new Problem(403, 'beyond_own_expiry', detail);
}

/** @throws {Problem} 403 */
export function checkScopes(own: Pick<Grant, 'scopes'>, scopes: readonly Scope[]): void {
  const missing = scopes.find((scope) => !allows(own.scopes, scope));
  if (!missing) return;
  const detail = `This key lacks the scope "${missing}", so it can neither give it nor change a key that has it; use one that has it.`;
  throw new Problem(403, 'beyond_own_scopes', detail);
}
