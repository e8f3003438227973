import type { Heartbeat, HeartbeatAnswer } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { leaseFrom } from './lease.ts';

/** Renews a worker's lease and tells it whether to go on. @throws {Problem} 409 when its attempt is over */
export function recordHeartbeat(
  { db, now }: Context,
  worker: WorkerIdentity,
  { stage, step, total_steps }: Heartbeat,
): Promise<HeartbeatAnswer> {
  return db.transaction(async (tx) => {
    const { state } = await lockWorkersJob(tx, worker);
    const progress = { stage, step, totalSteps: total_steps, leaseExpiresAt: leaseFrom(now()) };
    await tx.update(jobs).set(progress).where(eq(jobs.id, worker.jobId));
    return { directive: state === 'cancelling' ? 'cancel' : 'continue' };
  });
}
