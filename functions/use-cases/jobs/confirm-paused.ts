import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { settlePause } from './settle-pause.ts';

/** A worker has left a checkpoint and stopped, as it was told to. @throws {Problem} 409 when nobody told it, or its attempt is over */
export async function confirmPaused(
  { db, now, worker: { usdPerHour } }: Context,
  worker: WorkerIdentity,
): Promise<void> {
  await db.transaction(async (tx) => settlePause(tx, await lockWorkersJob(tx, worker), now(), usdPerHour));
}
