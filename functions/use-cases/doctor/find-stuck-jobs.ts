import { WORKING_STATES } from '@laurel/contracts';
import { jobs, launches } from '@laurel/storage';
import { and, eq, inArray, isNull, lt, ne, or } from 'drizzle-orm';
import { requeueLostJob } from '../jobs/requeue-lost-job.ts';
import type { Finding, Patient } from './finding.ts';

/** A server sweeps much more often. */
const SWEPT_WITHIN_MS = 60_000;
const TAKEN_WITHIN_MS = 10 * 60_000;

/** Jobs that nothing will move: their worker is lost and nobody noticed, or no worker will be started for them. */
export const findStuckJobs = async (patient: Patient): Promise<Finding[]> =>
  (
    await Promise.all([lostJobs, jobsWithoutLaunch, launchesWithoutJob, launchesNotTaken].map((find) => find(patient)))
  ).flat();

async function lostJobs(patient: Patient): Promise<Finding[]> {
  const { db, now } = patient;
  const longAgo = new Date(now().getTime() - SWEPT_WITHIN_MS);
  const lost = await db
    .select()
    .from(jobs)
    .where(
      and(inArray(jobs.state, [...WORKING_STATES]), or(isNull(jobs.leaseExpiresAt), lt(jobs.leaseExpiresAt, longAgo))),
    );
  return lost.map(({ id, state, leaseExpiresAt }) => ({
    sort: 'job_without_worker',
    where: id,
    what: `It is ${state}, but the lease of its worker ${leaseExpiresAt ? `ended at ${leaseExpiresAt.toISOString()}` : 'is missing'}.`,
    remedy: 'Start the server, which gives it to another worker; --repair queues it again.',
    repair: () => requeueLostJob(patient, id),
  }));
}

async function jobsWithoutLaunch({ db, now }: Patient): Promise<Finding[]> {
  const waiting = await db
    .select({ id: jobs.id })
    .from(jobs)
    .leftJoin(launches, eq(launches.jobId, jobs.id))
    .where(and(eq(jobs.state, 'queued'), isNull(launches.jobId)));
  return waiting.map(({ id }) => ({
    sort: 'job_without_launch',
    where: id,
    what: 'It is queued, but no worker will be started for it.',
    remedy: '--repair has one started.',
    repair: () => db.insert(launches).values({ jobId: id, dueAt: now() }).onConflictDoNothing(),
  }));
}

async function launchesWithoutJob({ db }: Patient): Promise<Finding[]> {
  const idle = await db
    .select({ id: jobs.id, state: jobs.state })
    .from(launches)
    .innerJoin(jobs, eq(jobs.id, launches.jobId))
    .where(ne(jobs.state, 'queued'));
  return idle.map(({ id, state }) => ({
    sort: 'launch_without_job',
    where: id,
    what: `It is ${state}, yet a worker is to be started for it.`,
    remedy: '--repair forgets that.',
    repair: () => db.delete(launches).where(eq(launches.jobId, id)),
  }));
}

/** A launch may wait for long behind other jobs, not while nobody works. */
async function launchesNotTaken({ db, now }: Patient): Promise<Finding[]> {
  const [working] = await db
    .select()
    .from(jobs)
    .where(inArray(jobs.state, [...WORKING_STATES]))
    .limit(1);
  if (working) return [];
  const longAgo = new Date(now().getTime() - TAKEN_WITHIN_MS);
  const due = await db
    .select({ id: jobs.id, dueAt: launches.dueAt })
    .from(launches)
    .innerJoin(jobs, eq(jobs.id, launches.jobId))
    .where(and(eq(jobs.state, 'queued'), lt(launches.dueAt, longAgo)));
  return due.map(({ id, dueAt }) => ({
    sort: 'launch_not_taken',
    where: id,
    what: `A worker for it has been due since ${dueAt.toISOString()}, and no job is worked on.`,
    remedy: 'Start the server; if it runs, its log says why no worker could be started.',
  }));
}
