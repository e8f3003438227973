import { type Failure, hasEnded } from '@laurel/contracts';
import type { Launch } from '@laurel/storage';
import { type Database, jobs, launches } from '@laurel/storage';
import { and, eq, lte, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { newSecret, sha256 } from '../secrets.ts';
import { endJob, lockJob } from './job-log.ts';
import { queueOrder } from './queue-order.ts';

const RETRY_AFTER_MS = 10_000;

/** Starts a worker for each job that is due, as long as the launcher has room. */
export async function dispatch(context: Context): Promise<void> {
  while (context.launcher.freeSlots() > 0) {
    const taken = await takeLaunch(context);
    if (taken === 'none') return;
    if (taken !== 'dropped') await start(context, taken);
  }
}

/** Of PostgreSQL's advisory locks: one dispatcher decides at a time, so that none exceeds a project's share. */
const DISPATCHING = 0x1a43e1;

/**
 * Takes the row of the outbox whose turn it is. The row stays until a worker claims the job, and falls due again if none does
 * in time: then the launch was lost.
 */
async function takeLaunch(context: Context): Promise<Launch | 'none' | 'dropped'> {
  const { db, now, apiUrl, startWithinMs, jobsPerProject } = context;
  const isDue = lte(launches.dueAt, now());
  const [any] = await db.select({ jobId: launches.jobId }).from(launches).where(isDue).limit(1);
  if (!any) return 'none'; // without a transaction, since it is asked often and mostly in vain
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${DISPATCHING})`);
    const { waiting, order } = queueOrder(tx, now());
    const [due] = await tx
      .select({ jobId: waiting.jobId })
      .from(waiting)
      .where(and(lte(waiting.dueAt, now()), lte(waiting.turn, jobsPerProject)))
      .orderBy(...order)
      .limit(1);
    if (!due) return 'none';
    const job = await lockJob(tx, due.jobId);
    if (job?.state !== 'queued') return drop(tx, due.jobId);
    if (job.attempt >= job.maxAttempts) {
      await endJob(tx, job, 'failed', now(), { error: job.error ?? neverStarted });
      return drop(tx, due.jobId);
    }
    const attempt = job.attempt + 1;
    const token = `lw_${newSecret()}`;
    await tx
      .update(jobs)
      .set({ attempt, workerTokenHash: sha256(token), launchedAt: now() })
      .where(eq(jobs.id, job.id));
    await tx
      .update(launches)
      .set({ dueAt: new Date(now().getTime() + startWithinMs) })
      .where(eq(launches.jobId, job.id));
    return { jobId: job.id, attempt, token, apiUrl };
  });
}

const neverStarted: Failure = {
  code: 'worker_never_started',
  detail: 'No worker that was started for this job ever claimed it; its log says why.',
  retryable: false,
};

async function drop(tx: Database, jobId: string): Promise<'dropped'> {
  await tx.delete(launches).where(eq(launches.jobId, jobId));
  return 'dropped';
}

/** A launcher that fails is no fault of the job: the attempt is given back and made a little later. */
async function start({ db, launcher, now, log }: Context, launch: Launch): Promise<void> {
  try {
    await launcher.launch(launch);
    log.info({ jobId: launch.jobId, attempt: launch.attempt }, 'worker started');
  } catch (err) {
    log.error({ err, jobId: launch.jobId }, 'no worker could be started');
    await db.transaction(async (tx) => {
      const job = await lockJob(tx, launch.jobId);
      if (!job || hasEnded(job.state) || job.attempt !== launch.attempt) return;
      await tx
        .update(jobs)
        .set({ attempt: launch.attempt - 1, workerTokenHash: null })
        .where(eq(jobs.id, job.id));
      const dueAt = new Date(now().getTime() + RETRY_AFTER_MS);
      await tx.update(launches).set({ dueAt }).where(eq(launches.jobId, job.id));
    });
  }
}
