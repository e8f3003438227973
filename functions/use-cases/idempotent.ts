import { Problem } from '@laurel/contracts';
import { type Database, idempotencyKeys } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import { sha256 } from './secrets.ts';

export interface IdempotentRequest {
  projectId: string;
  key: string;
  /** What tells this request from another one. */
  content: string;
}

/**
 * Does some work once for an idempotency key; its answer comes again when the key does. Work and answer are one
 * transaction: the database makes a second request with the key wait until the first has ended, either way.
 *
 * @throws {Problem} 422 when the key came with another request before
 */
export function idempotent<Answer>(
  db: Database,
  { projectId, key, content }: IdempotentRequest,
  work: (tx: Database) => Promise<Answer>,
): Promise<{ answer: Answer; isReplay: boolean }> {
  const requestHash = sha256(content);
  const own = and(eq(idempotencyKeys.projectId, projectId), eq(idempotencyKeys.key, key));
  return db.transaction(async (tx) => {
    const [mine] = await tx
      .insert(idempotencyKeys)
      .values({ projectId, key, requestHash, state: 'running' })
      .onConflictDoNothing()
      .returning();
    if (!mine) {
      const [before] = await tx.select().from(idempotencyKeys).where(own);
      if (before?.requestHash !== requestHash || before.body === null) {
        throw new Problem(
          422,
          'idempotency_key_reused',
          'This Idempotency-Key came with another request; use a new one.',
        );
      }
      return { answer: JSON.parse(before.body) as Answer, isReplay: true };
    }
    const answer = await work(tx);
    await tx
      .update(idempotencyKeys)
      .set({ state: 'done', body: JSON.stringify(answer) })
      .where(own);
    return { answer, isReplay: false };
  });
}
