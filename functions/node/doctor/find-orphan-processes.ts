import { setTimeout } from 'node:timers/promises';
import { jobs } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Finding, Patient } from '../../use-cases/doctor/finding.ts';
import { sha256 } from '../../use-cases/secrets.ts';
import { processesOf, type RunningProcess, runs } from '../processes.ts';

/** One whose job or server has just ended is about to end itself. */
const SETTLE_MS = 5_000;

/** Workers that no job wants and engines without a server, on this machine and these artifacts. Linux only. */
export async function findOrphanProcesses(
  patient: Patient,
  artifacts: string,
  settleMs = SETTLE_MS,
): Promise<Finding[]> {
  if ((await orphans(patient, artifacts)).length === 0) return [];
  await setTimeout(settleMs);
  return orphans(patient, artifacts);
}

async function orphans({ db }: Patient, artifacts: string): Promise<Finding[]> {
  const ours = ({ env }: RunningProcess) => env.LAUREL_ARTIFACTS === artifacts;
  const findings: Finding[] = [];
  for (const { pid, env } of (await processesOf('train.ts')).filter(ours)) {
    const [job] = await db
      .select()
      .from(jobs)
      .where(eq(jobs.id, env.LAUREL_JOB_ID ?? ''));
    if (job?.workerTokenHash === sha256(env.LAUREL_JOB_TOKEN ?? '')) continue;
    const what = `It works at job ${env.LAUREL_JOB_ID}, which ${job ? 'has ended or is another worker’s' : 'does not exist'}.`;
    findings.push({ sort: 'orphan_worker', where: `process ${pid}`, what, remedy: `kill ${pid}` });
  }
  for (const { pid, parentPid } of (await processesOf('serve.ts')).filter(ours)) {
    if (await runs(parentPid, 'functions/node.ts')) continue;
    const what = 'This scoring engine has lost the server that started it.';
    findings.push({ sort: 'orphan_engine', where: `process ${pid}`, what, remedy: `kill ${pid}` });
  }
  return findings;
}
