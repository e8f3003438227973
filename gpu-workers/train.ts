/**
 * Runs one job and ends. The environment says which:
 *
 *   LAUREL_API_URL              where the API is
 *   LAUREL_JOB_ID               the job
 *   LAUREL_JOB_TOKEN            the token of this attempt
 *   LAUREL_ARTIFACTS            the artifact store, a folder or s3://bucket/prefix
 *   LAUREL_CHECKPOINT_SECONDS   how much work may be lost when the machine goes; 20 by default
 *   LAUREL_IMPORT_FOLDER        the folder within which jobs may import models; none by default
 *   LAUREL_IMPORT_S3            s3://bucket/prefix, … within which they may; none by default
 *   HF_ENDPOINT, HF_TOKEN       the hub that they import from, and the token for it; https://huggingface.co, without one
 *
 * Exit codes: 0 the job succeeded, or was paused or cancelled; 1 it failed, and the API knows why; 2 the environment is incomplete;
 * 3 the attempt is not the job's present one; 4 the API was away for too long; 5 the process was asked to end and left a
 * checkpoint. Any other end is a crash, which the API finds out by itself.
 */
import { artifactStoreFromEnv } from '@laurel/storage/artifacts';
import { pino } from 'pino';
import { z } from 'zod';
import { loadEngine } from './engine/native.ts';
import { readEnvironment } from './read-environment.ts';
import { importSettings } from './train/import/import-settings.ts';
import { JobApi } from './train/job-api.ts';
import { takeLowPriority } from './train/low-priority.ts';
import { startReporter } from './train/reporter.ts';
import { type Outcome, runJob } from './train/run-job.ts';

const EXIT_CODES: Record<Outcome, number> = {
  succeeded: 0,
  paused: 0,
  cancelled: 0,
  failed: 1,
  stale: 3,
  away: 4,
  interrupted: 5,
};

const environment = readEnvironment(
  z.object({
    LAUREL_API_URL: z.url(),
    LAUREL_JOB_ID: z.string().min(1),
    LAUREL_JOB_TOKEN: z.string().min(1),
    LAUREL_ARTIFACTS: z.string().min(1),
    LAUREL_CHECKPOINT_SECONDS: z.coerce.number().min(0).default(20),
  }),
);
const address = {
  apiUrl: environment.LAUREL_API_URL,
  jobId: environment.LAUREL_JOB_ID,
  token: environment.LAUREL_JOB_TOKEN,
};

// First, so that its thread keeps its priority: heartbeats take next to nothing, and without them the job is given to another worker.
const reporter = startReporter(address);
takeLowPriority();

const log = pino({ base: { job: address.jobId } });
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

const outcome = await runJob({
  api: new JobApi(address),
  store: artifactStoreFromEnv(process.env),
  engine: await loadEngine(),
  reporter: await reporter,
  log,
  ending: ending.signal,
  importing: importSettings(process.env),
  checkpointEveryMs: environment.LAUREL_CHECKPOINT_SECONDS * 1000,
});
log.info({ outcome }, 'ended');
process.exit(EXIT_CODES[outcome]);
