import { Problem } from '@laurel/contracts';
import { keys } from '@laurel/storage';
import { eq, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { sameHash, sha256 } from '../secrets.ts';
import type { Grant } from './check-grant.ts';
import type { KeyRow } from './create-key.ts';
import type { Scope } from './scopes.ts';

/** Whoever a request's key speaks for. */
export interface Caller extends Grant {
  projectId: string;
  keyId: string;
}

/** `last_used_at` is kept to the minute, so that reading costs no write each time. */
const USE_RESOLUTION_MS = 60_000;

/** Finds whom a key speaks for. @throws {Problem} 401 for a key that is unknown, revoked or over */
export async function authenticate(context: Context, secret: string): Promise<Caller> {
  const hash = sha256(secret);
  const key = await context.recent.find(
    `key ${hash}`,
    () => readKey(context, hash),
    (found) => found !== undefined,
  );
  const now = context.now();
  if (!key) throw refused('This key is not known');
  if (!sameHash(key.secretHash, hash)) {
    if (!sameHash(key.previousSecretHash ?? '', hash)) throw refused('This key is not known');
    const isOver = !key.previousSecretExpiresAt || key.previousSecretExpiresAt <= now;
    if (isOver) throw refused('This key has a new secret, and the time for the old one is over');
  }
  if (key.revokedAt) throw refused('This key was revoked');
  if (key.expiresAt && key.expiresAt <= now) throw refused('This key has expired');
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > USE_RESOLUTION_MS) {
    const noteUse = async () =>
      void (await context.db.update(keys).set({ lastUsedAt: now }).where(eq(keys.id, key.id)));
    await context.recent.find(`use of ${key.id}`, noteUse, () => true);
  }
  return { projectId: key.projectId, keyId: key.id, scopes: key.scopes as Scope[], expiresAt: key.expiresAt };
}

async function readKey({ db }: Context, hash: string): Promise<KeyRow | undefined> {
  const [key] = await db
    .select()
    .from(keys)
    .where(or(eq(keys.secretHash, hash), eq(keys.previousSecretHash, hash)));
  return key;
}

const refused = (reason: string) => new Problem(401, 'unauthenticated', `${reason}; use another.`);
