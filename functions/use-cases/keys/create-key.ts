import { newId } from '@laurel/contracts';
import { type Database, keys } from '@laurel/storage';
import { newSecret, sha256 } from '../secrets.ts';
import type { Scope } from './scopes.ts';

export type KeyRow = typeof keys.$inferSelect;

const SHOWN_CHARACTERS = 10;

/** Makes a key. The secret is in the answer and nowhere else. */
export async function createKey(
  { db }: { db: Database },
  projectId: string,
  input: { name: string; scopes: Scope[]; expiresAt?: Date | undefined },
): Promise<{ key: KeyRow; secret: string }> {
  const secret = `lk_${newSecret()}`;
  const [key] = await db
    .insert(keys)
    .values({
      id: newId('key'),
      projectId,
      name: input.name,
      secretHash: sha256(secret),
      prefix: secret.slice(0, SHOWN_CHARACTERS),
      scopes: input.scopes,
      expiresAt: input.expiresAt ?? null,
    })
    .returning();
  return { key: key as KeyRow, secret };
}
