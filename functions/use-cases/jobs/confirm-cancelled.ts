import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { endJob } from './job-log.ts';

/** A worker has stopped, as it was told to. @throws {Problem} 409 when nobody told it, or its attempt is over */
export async function confirmCancelled({ db, now }: Context, worker: WorkerIdentity): Promise<void> {
  await db.transaction(async (tx) => endJob(tx, await lockWorkersJob(tx, worker), 'cancelled', now()));
}
