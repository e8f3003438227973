import type { Failure } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { requeueJob } from './requeue-job.ts';

/** A worker reports that its attempt failed. @throws {Problem} 409 when the attempt is over */
export async function failJob(
  { db, now, worker: { usdPerHour } }: Context,
  worker: WorkerIdentity,
  failure: Failure,
): Promise<void> {
  await db.transaction(async (tx) => requeueJob(tx, await lockWorkersJob(tx, worker), failure, now(), usdPerHour));
}
