import { jobs } from '@laurel/storage';
import { and, inArray, isNotNull, lt } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { handleWorkerExit } from '../use-cases/jobs/handle-worker-exit.ts';
import { LIVE_STATES } from '../use-cases/jobs/live-states.ts';
import { sha256 } from '../use-cases/secrets.ts';
import { processesOf, seesProcesses } from './processes.ts';

/**
 * Has jobs taken up again whose worker was started by an earlier server of this machine, which would have heard of its end: theirs need
 * not wait for a lease to be over. Linux only; for a database that no other machine starts workers for.
 *
 * @param startedAt when this server was started: its own workers are its launcher's to look after
 */
export async function noteLostWorkers(context: Context, startedAt: Date): Promise<void> {
  // No job that has ended has a worker; its state is asked for because there is an index of it.
  const withWorker = and(inArray(jobs.state, LIVE_STATES), isNotNull(jobs.workerTokenHash));
  const { id, attempt, workerTokenHash } = jobs;
  const earlier = await context.db
    .select({ id, attempt, workerTokenHash })
    .from(jobs)
    .where(and(withWorker, lt(jobs.launchedAt, startedAt)));
  if (earlier.length === 0 || !(await seesProcesses())) return;
  const alive = new Set((await processesOf('train.ts')).map(({ env }) => sha256(env.LAUREL_JOB_TOKEN ?? '')));
  for (const job of earlier) {
    if (alive.has(job.workerTokenHash ?? '')) continue;
    await handleWorkerExit(context, { jobId: job.id, attempt: job.attempt, exitCode: null, signal: null });
  }
}
