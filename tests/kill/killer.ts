import type { RandomGenerator } from '@laurel/learning';
import type { Installation } from './installation.ts';

export const TARGETS = ['API', 'worker', 'scoring server'] as const;
type Target = (typeof TARGETS)[number];

export interface Kill {
  target: Target;
  /** The job whose worker was killed. */
  job?: string;
}

/** Kills one of the three, by chance; one of the others where it is not running at the moment. */
export async function killOne(installation: Installation, random: RandomGenerator): Promise<Kill> {
  const first = random.integer(TARGETS.length);
  for (let i = 0; ; i++) {
    const kill = await tryToKill(installation, TARGETS[(first + i) % TARGETS.length] as Target);
    if (kill) return kill;
  }
}

async function tryToKill(installation: Installation, target: Target): Promise<Kill | null> {
  if (target === 'API') {
    installation.killApi();
    return { target };
  }
  const found = target === 'worker' ? await installation.workers() : await installation.engines();
  const victim = found.find(({ pid }) => process.kill(pid, 'SIGKILL'));
  if (!victim) return null;
  if (target !== 'worker') return { target };
  const job = victim.env.LAUREL_JOB_ID ?? '';
  installation.workersKilled.set(job, (installation.workersKilled.get(job) ?? 0) + 1);
  return { target, job };
}
