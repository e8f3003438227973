import type { Job } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Installation } from '../installation.ts';

const OF_A_KILL = ['worker_died', 'worker_lost', 'worker_never_started'];

/** A job may fail when its workers were killed as often as it may be attempted, and for no other reason. */
export function checkKilled(job: Job, { workersKilled, deaths }: Installation): void {
  const kills = (workersKilled.get(job.id) ?? 0) + deaths;
  const isOfKills = OF_A_KILL.includes(job.error?.code ?? '') && kills >= job.attempt;
  promise(isOfKills, 'A job failed of itself.', job);
}
