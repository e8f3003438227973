import { Problem } from '@laurel/contracts';
import { type Database, jobs } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { sameHash, sha256 } from '../secrets.ts';
import { type JobRow, lockJob } from './job-log.ts';

/** The job that a worker speaks for, and which attempt at it the worker makes. */
export interface WorkerIdentity {
  jobId: string;
  attempt: number;
}

/**
 * Finds whom a worker's token speaks for. A token ends with its attempt: when the lease is lost, the job has ended or
 * another attempt has begun. Whether it was the job's once is not told apart: an answer of its own would tell anybody
 * that there is such a job.
 *
 * @throws {Problem} 401 for a token that is not the job's
 */
export async function authenticateWorker({ db }: Context, jobId: string, token: string): Promise<WorkerIdentity> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, jobId));
  if (job?.workerTokenHash && sameHash(job.workerTokenHash, sha256(token))) return { jobId, attempt: job.attempt };
  throw new Problem(401, 'unauthenticated', "This is not the job's token, or not any more.");
}

/** Locks the worker's job for the rest of a transaction. @throws {Problem} 409 when its attempt is over by now */
export async function lockWorkersJob(tx: Database, { jobId, attempt }: WorkerIdentity): Promise<JobRow> {
  const job = await lockJob(tx, jobId);
  if (job && job.workerTokenHash !== null && job.attempt === attempt) return job;
  throw new Problem(409, 'stale_attempt', `Attempt ${attempt} at job ${jobId} is over; the worker must stop.`);
}
