import type { Heartbeat, HeartbeatAnswer, JobState } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { hasReachedMaxCost } from './cost-cap.ts';
import { type JobRow, moveJob } from './job-log.ts';
import { leaseFrom } from './lease.ts';
import { recordWork, workedMs } from './worked-time.ts';

/**
 * Renews a worker's lease, notes the progress, and tells whether to go on. A job that has cost what it may is paused, and fails when
 * its worker has left a checkpoint.
 *
 * @throws {Problem} 409 when its attempt is over
 */
export function recordHeartbeat(
  { db, now, worker: { usdPerHour } }: Context,
  worker: WorkerIdentity,
  heartbeat: Heartbeat,
): Promise<HeartbeatAnswer> {
  return db.transaction(async (tx) => {
    const at = now();
    const job = await lockWorkersJob(tx, worker);
    const worked = workedMs(job, at);
    await recordWork(tx, job, worked, at);
    const progress = { ...progressOf(job, heartbeat, at), workedMs: worked, leaseExpiresAt: leaseFrom(at) };
    await tx.update(jobs).set(progress).where(eq(jobs.id, job.id));
    if (job.state !== 'running' || !hasReachedMaxCost(job, at, usdPerHour))
      return { directive: directiveOf(job.state) };
    await moveJob(tx, { ...job, ...progress }, 'pausing', at);
    return { directive: 'pause' };
  });
}

function directiveOf(state: JobState): HeartbeatAnswer['directive'] {
  if (state === 'pausing') return 'pause';
  return state === 'cancelling' ? 'cancel' : 'continue';
}

/** The time that is left is told from the pace since the stage began, in this attempt. */
function progressOf(job: JobRow, { stage, step, total_steps: totalSteps }: Heartbeat, at: Date) {
  const isNewStage = job.stage !== stage || step < job.stageStartStep || job.stageStartedAt === null;
  const stageStartedAt = isNewStage || job.stageStartedAt === null ? at : job.stageStartedAt;
  const stageStartStep = isNewStage ? step : job.stageStartStep;
  const secondsPerStep = (at.getTime() - stageStartedAt.getTime()) / 1000 / (step - stageStartStep);
  const remainingSeconds = Number.isFinite(secondsPerStep) ? secondsPerStep * Math.max(0, totalSteps - step) : null;
  return { stage, step, totalSteps, stageStartedAt, stageStartStep, remainingSeconds };
}
