import { newId, Problem } from '@laurel/contracts';
import { type Database, idempotencyKeys } from '@laurel/storage';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { sha256 } from './secrets.ts';

export interface IdempotentRequest {
  projectId: string;
  key: string;
  /** What tells this request from another one. Of an upload, it reads what is left of it first. */
  content: () => string | Promise<string>;
}

/** To be called in the transaction that makes what is made, so that it and its answer are there together or not at all. */
export type Keep<Answer> = (tx: Database, answer: Answer) => Promise<void>;

/** A request that has not said for so long that it goes on has died, and its key is free. */
const HELD_MS = 30_000;
const RENEW_MS = HELD_MS / 3;

/**
 * Does some work once for an idempotency key; its answer comes again when the key does. Of two requests with one key at
 * the same time, the second is refused. Work that fails, and a process that dies in the middle of it, leave the key free.
 *
 * A member `secret` of the answer is not kept, so such an answer does not come again.
 *
 * @throws {Problem} 409 while a request with the key is running; 422 when the key came with another request before, or
 *   made something with a secret
 */
export async function idempotent<Answer extends { id: string }>(
  context: Pick<Context, 'db' | 'now'>,
  { projectId, key, content }: IdempotentRequest,
  work: (keep: Keep<Answer>) => Promise<Answer>,
): Promise<{ answer: Answer; isReplay: boolean }> {
  const { db, now } = context;
  const own = and(eq(idempotencyKeys.projectId, projectId), eq(idempotencyKeys.key, key));
  const holder = newId('req');
  const held = and(own, eq(idempotencyKeys.holder, holder), isNull(idempotencyKeys.body));
  const heldUntil = () => new Date(now().getTime() + HELD_MS);

  const [mine] = await db
    .insert(idempotencyKeys)
    .values({ projectId, key, holder, heldUntil: heldUntil(), createdAt: now() })
    .onConflictDoUpdate({
      target: [idempotencyKeys.projectId, idempotencyKeys.key],
      set: { holder, heldUntil: heldUntil(), createdAt: now() },
      setWhere: sql`${idempotencyKeys.body} is null and ${idempotencyKeys.heldUntil} < excluded.created_at`,
    })
    .returning({ key: idempotencyKeys.key });
  if (!mine) {
    const [before] = await db.select().from(idempotencyKeys).where(own);
    if (!before?.body) throw stillRunning();
    if (before.requestHash !== sha256(await content())) {
      const detail = 'This Idempotency-Key came with another request; use a new one.';
      throw new Problem(422, 'idempotency_key_reused', detail);
    }
    return { answer: answerOf<Answer>(JSON.parse(before.body)), isReplay: true };
  }

  const keep: Keep<Answer> = async (tx, answer) => {
    const done = { requestHash: sha256(await content()), body: JSON.stringify(keptOf(answer)), heldUntil: null };
    const [kept] = await tx.update(idempotencyKeys).set(done).where(held).returning({ key: idempotencyKeys.key });
    if (!kept) throw stillRunning(); // this process was away for so long that another request has the key
  };
  const renewal = setInterval(() => {
    db.update(idempotencyKeys)
      .set({ heldUntil: heldUntil() })
      .where(held)
      .catch(() => {}); // `keep` finds out
  }, RENEW_MS);
  try {
    return { answer: await work(keep), isReplay: false };
  } catch (error) {
    await db.delete(idempotencyKeys).where(held);
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

/** Lets go of keys whose requests have died with the process that had the database alone. */
export async function releaseHeldKeys({ db }: Pick<Context, 'db'>): Promise<void> {
  await db.delete(idempotencyKeys).where(isNull(idempotencyKeys.body));
}

type Kept<Answer> = { answer: Answer } | { secretOf: string };

const keptOf = <Answer extends { id: string }>(answer: Answer): Kept<Answer> =>
  'secret' in answer ? { secretOf: answer.id } : { answer };

function answerOf<Answer>(kept: Kept<Answer>): Answer {
  if ('answer' in kept) return kept.answer;
  const detail =
    `This Idempotency-Key made ${kept.secretOf}, whose secret was in the first answer and is kept nowhere. ` +
    'If that answer was lost, make another one with a new Idempotency-Key.';
  throw new Problem(422, 'secret_shown_once', detail);
}

const stillRunning = () =>
  new Problem(409, 'idempotency_key_in_use', 'A request with this Idempotency-Key is still running; ask again.', {
    retryAfterSeconds: 1,
  });
