import { keys } from '@laurel/storage';
import { and, eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';

/** Ends a key for good; revoking it again changes nothing. @throws {Problem} 404 */
export async function revokeKey({ db, now }: Context, projectId: string, id: string): Promise<void> {
  const revoked = await db
    .update(keys)
    .set({ revokedAt: sql`coalesce(${keys.revokedAt}, ${now().toISOString()}::timestamptz)` })
    .where(and(eq(keys.projectId, projectId), eq(keys.id, id)))
    .returning({ id: keys.id });
  if (revoked.length === 0) throw notFound('key', id);
}
