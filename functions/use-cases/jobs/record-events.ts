import type { EventsReport } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { appendEvents } from './job-log.ts';

/** Appends what a worker reports to its job's log. @throws {Problem} 409 when its attempt is over */
export function recordEvents({ db, now }: Context, worker: WorkerIdentity, { events }: EventsReport): Promise<void> {
  return db.transaction(async (tx) => {
    const job = await lockWorkersJob(tx, worker);
    await appendEvents(tx, job, events, now());
  });
}
