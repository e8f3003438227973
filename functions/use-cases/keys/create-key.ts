import { newId } from '@laurel/contracts';
import { type Database, keys } from '@laurel/storage';
import type { Grant } from './check-grant.ts';
import { newKeySecret } from './new-key-secret.ts';

export type KeyRow = typeof keys.$inferSelect;

/** Makes a key. The secret is in the answer and nowhere else. */
export async function createKey(
  { db }: { db: Database },
  projectId: string,
  { name, scopes, expiresAt }: Grant & { name: string },
): Promise<{ key: KeyRow; secret: string }> {
  const { secret, kept } = newKeySecret();
  const [key] = await db
    .insert(keys)
    .values({ id: newId('key'), projectId, name, ...kept, scopes: [...scopes], expiresAt })
    .returning();
  return { key: key as KeyRow, secret };
}
