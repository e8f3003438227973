import { jobs } from '@laurel/storage';
import { and, isNotNull, lt } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { handleWorkerExit } from '../use-cases/jobs/handle-worker-exit.ts';
import { sha256 } from '../use-cases/secrets.ts';
import { processesOf, seesProcesses } from './processes.ts';

/**
 * Has jobs taken up again whose worker was started by an earlier server of this machine, which would have heard of its end: theirs need
 * not wait for a lease to be over. Linux only; for a database that no other machine starts workers for.
 *
 * @param startedAt when this server was started: its own workers are its launcher's to look after
 */
export async function noteLostWorkers(context: Context, startedAt: Date): Promise<void> {
  const withWorker = and(isNotNull(jobs.workerTokenHash), lt(jobs.launchedAt, startedAt));
  const earlier = await context.db.select().from(jobs).where(withWorker);
  if (earlier.length === 0 || !(await seesProcesses())) return;
  const alive = new Set((await processesOf('train.ts')).map(({ env }) => sha256(env.LAUREL_JOB_TOKEN ?? '')));
  for (const { id, attempt, workerTokenHash } of earlier) {
    if (alive.has(workerTokenHash ?? '')) continue;
    await handleWorkerExit(context, { jobId: id, attempt, exitCode: null, signal: null });
  }
}
