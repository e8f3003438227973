/**
 * The API on AWS Lambda, and what a schedule calls. The environment:
 *
 *   DATABASE_URL                           the database
 *   LAUREL_ARTIFACTS                       s3://bucket/prefix
 *   LAUREL_API_URL                         where workers reach this API
 *   LAUREL_JOB_QUEUE, LAUREL_JOB_DEFINITION  AWS Batch's
 *   LAUREL_ORIGINS                         origins whose pages may call the API from browsers
 *   LAUREL_WORKER_USD_PER_HOUR             what a worker's instance costs, for estimates and max_cost_usd; unknown by default
 *   LAUREL_REQUESTS_PER_MINUTE, LAUREL_WRONG_KEYS_PER_MINUTE  how often one project may ask, and one address with wrong keys; 60000, 600
 *   LAUREL_SERVE_URL, LAUREL_SERVE_TOKEN   the scoring engine, where there is one
 */
import { BatchClient } from '@aws-sdk/client-batch';
import { Problem } from '@laurel/contracts';
import { artifactStoreFromEnv, BatchLauncher, openDatabase } from '@laurel/storage';
import { handle } from 'hono/aws-lambda';
import { destination } from 'pino';
import { z } from 'zod';
import { createApp } from './app.ts';
import { Background } from './background.ts';
import type { Context } from './context.ts';
import { createLog } from './log.ts';
import { limitVariables, origins } from './node/settings.ts';
import { Recent } from './recent.ts';
import { HttpServing } from './serving/http-serving.ts';
import { readBlock } from './uploads/read-block.ts';
import { UsageMeter } from './usage/usage-meter.ts';
import { takeDatasetUpload as takeUpload } from './use-cases/dataset-uploads/take-dataset-upload.ts';
import { dispatch } from './use-cases/jobs/dispatch.ts';
import { sweep as sweepJobs } from './use-cases/jobs/sweep.ts';
import { WebhookSender } from './use-cases/webhooks/webhook-sender.ts';
import { WebhookClient } from './webhooks/webhook-client.ts';

/** Spot capacity may take this long to come. */
const START_WITHIN_MS = 24 * 60 * 60 * 1000;
const JOBS_PER_PROJECT = 4;
/** About what an A10G of a g5 instance reaches in bfloat16; corrected by what jobs take. */
const WORKER_FLOPS_PER_SECOND = 3e13;
/** An answer is sent when it is whole, and API Gateway waits for half a minute. */
const LONGEST_STREAM_MS = 10_000;
const ENGINE_PATIENCE_MS = 20_000;
/** The next minute goes on with what is left. */
const SENDING_MS = 50_000;

const environment = z
  .object({
    DATABASE_URL: z.string().min(1),
    LAUREL_ARTIFACTS: z.string().startsWith('s3://'),
    LAUREL_API_URL: z.url(),
    LAUREL_JOB_QUEUE: z.string().min(1),
    LAUREL_JOB_DEFINITION: z.string().min(1),
    LAUREL_ORIGINS: origins.optional(),
    LAUREL_WORKER_USD_PER_HOUR: z.coerce.number().min(0).default(0),
    ...limitVariables,
    LAUREL_SERVE_URL: z.url().optional(),
    LAUREL_SERVE_TOKEN: z.string().min(1).optional(),
  })
  .parse(process.env);

const { LAUREL_SERVE_URL: serveUrl, LAUREL_SERVE_TOKEN: serveToken } = environment;
const { db, kind } = await openDatabase({ url: environment.DATABASE_URL });

const log = createLog(destination(1));

const context: Context = {
  db,
  databaseKind: kind,
  artifacts: artifactStoreFromEnv(process.env),
  launcher: new BatchLauncher({
    client: new BatchClient({}),
    jobQueue: environment.LAUREL_JOB_QUEUE,
    jobDefinition: environment.LAUREL_JOB_DEFINITION,
    artifacts: environment.LAUREL_ARTIFACTS,
  }),
  serving: new HttpServing(
    () => (serveUrl && serveToken ? { url: serveUrl, token: serveToken } : null),
    serveUrl ? ENGINE_PATIENCE_MS : 0,
  ),
  background: new Background(log),
  recent: new Recent(() => new Date()),
  webhooks: new WebhookClient(false),
  usage: new UsageMeter({ db, now: () => new Date() }),
  readBlock: async (form, block) => readBlock(form, block),
  apiUrl: environment.LAUREL_API_URL,
  startWithinMs: START_WITHIN_MS,
  jobsPerProject: JOBS_PER_PROJECT,
  worker: { usdPerHour: environment.LAUREL_WORKER_USD_PER_HOUR, flopsPerSecond: WORKER_FLOPS_PER_SECOND },
  limits: {
    requestsPerMinute: environment.LAUREL_REQUESTS_PER_MINUTE,
    wrongKeysPerMinute: environment.LAUREL_WRONG_KEYS_PER_MINUTE,
  },
  longestStreamMs: LONGEST_STREAM_MS,
  now: () => new Date(),
  log,
};

const answer = handle(createApp(context, environment.LAUREL_ORIGINS));

/** Answers API Gateway. */
export const handler: typeof answer = async (...request) => {
  const answered = await answer(...request);
  await context.usage.flush(); // a function that has answered may never run again
  return answered;
};

/** Called every minute: starts workers for jobs that wait, and gives up on those whose worker went silent. */
export async function sweep(): Promise<void> {
  await sweepJobs(context);
  await dispatch(context);
}

/** What is left of the time of a run to note how far it has come. */
const LAST_WORDS_MS = 15_000;

/** Called every minute: checks an upload whose parts have come, if there is one; it has to be done within a run. */
export async function takeDatasetUpload(_: unknown, run: { getRemainingTimeInMillis(): number }): Promise<void> {
  const stopping = new AbortController();
  const detail =
    'Checking the upload takes longer than the quarter of an hour that a run has here, and would again: abort it, and upload the rows ' +
    'as several datasets.';
  const timer = setTimeout(
    () => stopping.abort(new Problem(413, 'takes_too_long', detail)),
    run.getRemainingTimeInMillis() - LAST_WORDS_MS,
  );
  await takeUpload(context, stopping.signal).finally(() => clearTimeout(timer));
}

/** Called every minute: sends the webhooks that are due. */
export const sendWebhooks = (): Promise<void> => new WebhookSender(context).sendDue(AbortSignal.timeout(SENDING_MS));
