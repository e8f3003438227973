import { WORKING_STATES } from '@laurel/contracts';
import { idempotencyKeys, jobs } from '@laurel/storage';
import { and, inArray, isNull, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { forgetFullBuckets } from '../../limits/rate-limiter.ts';
import { discardDatasetUploads } from '../dataset-uploads/discard-dataset-uploads.ts';
import { discardUnfinishedUploads } from '../datasets/discard-unfinished-uploads.ts';
import { discardOldModelUploads } from '../model-uploads/discard-old-model-uploads.ts';
import { applyRetention } from '../retention/apply-retention.ts';
import { measureStorage } from '../usage/measure-storage.ts';
import { discardOldDeliveries } from '../webhooks/discard-old-deliveries.ts';
import { leaseFrom } from './lease.ts';
import { requeueLostJob } from './requeue-lost-job.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Gives jobs whose worker went silent to another one, and after a day forgets kept answers, unfinished uploads and models that were uploaded; webhooks after a week; and what projects' rules of retention let go. */
export async function sweep(context: Context): Promise<void> {
  const { db, now, log } = context;
  const isOver = and(inArray(jobs.state, [...WORKING_STATES]), lt(jobs.leaseExpiresAt, now()));
  for (const { id } of await db.select({ id: jobs.id }).from(jobs).where(isOver)) {
    const job = await requeueLostJob(context, id);
    if (job) log.warn({ jobId: id, attempt: job.attempt }, 'worker lost');
  }
  const dayAgo = new Date(now().getTime() - DAY_MS);
  const hasEnded = or(isNull(idempotencyKeys.heldUntil), lt(idempotencyKeys.heldUntil, now()));
  await db.delete(idempotencyKeys).where(and(lt(idempotencyKeys.createdAt, dayAgo), hasEnded));
  await forgetFullBuckets(context);
  await discardUnfinishedUploads(context, dayAgo);
  await discardOldModelUploads(context, dayAgo);
  await discardDatasetUploads(context);
  await discardOldDeliveries(context);
  await measureStorage(context);
  await applyRetention(context);
}

/** For a server that was away: workers could not reach it, so their silence counts from now on. */
export async function renewLeases({ db, now }: Context): Promise<void> {
  await db
    .update(jobs)
    .set({ leaseExpiresAt: leaseFrom(now()) })
    .where(inArray(jobs.state, [...WORKING_STATES]));
}
