import { setTimeout } from 'node:timers/promises';
import type { RandomGenerator } from '@laurel/learning';
import type { Installation } from './installation.ts';

export const TARGETS = ['API', 'worker', 'scoring server'] as const;
type Target = (typeof TARGETS)[number];

export interface Kill {
  target: Target;
  /** The job whose worker was killed. */
  job?: string;
}

/** For so long one that is not running at the moment is waited for. */
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** Kills one of the three, by chance; the API where that one does not appear. */
export async function killOne(installation: Installation, random: RandomGenerator): Promise<Kill> {
  const target = TARGETS[random.integer(TARGETS.length)] as Target;
  for (let waitedMs = 0; target !== 'API' && waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const found = target === 'worker' ? await installation.workers() : await installation.engines();
    const victim = found.find(({ pid }) => process.kill(pid, 'SIGKILL'));
    if (victim) return target === 'worker' ? noted(installation, victim.env.LAUREL_JOB_ID ?? '') : { target };
    await setTimeout(POLL_MS);
  }
  installation.killApi();
  return { target: 'API' };
}

function noted({ workersKilled }: Installation, job: string): Kill {
  workersKilled.set(job, (workersKilled.get(job) ?? 0) + 1);
  return { target: 'worker', job };
}
