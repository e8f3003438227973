import { Problem } from '@laurel/contracts';
import { type Database, jobs } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { sameHash, sha256 } from '../secrets.ts';
import { type JobRow, lockJob } from './job-log.ts';
import { attemptOf } from './worker-token.ts';

/** The job that a worker speaks for, and which attempt at it the worker makes. */
export interface WorkerIdentity {
  jobId: string;
  attempt: number;
}

/**
 * Finds whom a worker's token speaks for. A token ends with its attempt: when the lease is lost, the job has ended or
 * another attempt has begun.
 *
 * @throws {Problem} 401 for a token that was never this job's, 409 for one that was
 */
export async function authenticateWorker({ db }: Context, jobId: string, token: string): Promise<WorkerIdentity> {
  const attempt = attemptOf(token);
  const [job] = attempt === null ? [] : await db.select().from(jobs).where(eq(jobs.id, jobId));
  if (attempt === null || !job) throw unknown();
  if (job.workerTokenHash === null || attempt < job.attempt) throw isOver(jobId, attempt);
  if (!sameHash(job.workerTokenHash, sha256(token))) throw unknown();
  return { jobId, attempt };
}

/** Locks the worker's job for the rest of a transaction. @throws {Problem} 409 when its attempt is over by now */
export async function lockWorkersJob(tx: Database, { jobId, attempt }: WorkerIdentity): Promise<JobRow> {
  const job = await lockJob(tx, jobId);
  if (!job || job.workerTokenHash === null || job.attempt !== attempt) throw isOver(jobId, attempt);
  return job;
}

const unknown = () => new Problem(401, 'unauthenticated', "This is not the job's token.");

const isOver = (jobId: string, attempt: number) =>
  new Problem(409, 'stale_attempt', `Attempt ${attempt} at job ${jobId} is over; the worker must stop.`);
