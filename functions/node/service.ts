import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactStoreFromEnv, ChildProcessLauncher, openDatabase } from '@laurel/storage';
import { destination } from 'pino';
import { createApp } from '../app.ts';
import { Background } from '../background.ts';
import type { Context } from '../context.ts';
import { createLog } from '../log.ts';
import { Recent } from '../recent.ts';
import { HttpServing } from '../serving/http-serving.ts';
import { ReadingThreads } from '../uploads/reading-threads.ts';
import { UsageMeter } from '../usage/usage-meter.ts';
import { releaseDatasetUploads, takeDatasetUpload } from '../use-cases/dataset-uploads/take-dataset-upload.ts';
import { discardUnfinishedUploads } from '../use-cases/datasets/discard-unfinished-uploads.ts';
import { releaseHeldKeys } from '../use-cases/idempotent.ts';
import { dispatch } from '../use-cases/jobs/dispatch.ts';
import { handleWorkerExit } from '../use-cases/jobs/handle-worker-exit.ts';
import { renewLeases, sweep } from '../use-cases/jobs/sweep.ts';
import { WebhookSender } from '../use-cases/webhooks/webhook-sender.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import { ensureKey } from './ensure-key.ts';
import { hangUp, listen } from './listen.ts';
import { noteLostWorkers } from './note-lost-workers.ts';
import { refuseFlood } from './refuse-flood.ts';
import { repeat } from './repeat.ts';
import { ServeProcess } from './serve-process.ts';
import type { Settings } from './settings.ts';

const workers = (file: string) => fileURLToPath(new URL(`../../gpu-workers/${file}`, import.meta.url));

/** Training uses all cores, so two jobs at once would only take turns. */
const MAX_WORKERS = 1;
/** About what two cores reach in the fused engine; corrected by what jobs take. */
const WORKER_FLOPS_PER_SECOND = 5e10;
const DISPATCH_PAUSE_MS = 500;
const SWEEP_PAUSE_MS = 5_000;
const UPLOADS_PAUSE_MS = 500;
/** Uploads in parts that are checked at the same time: a small one does not wait for all of a large one. */
const UPLOADS_AT_ONCE = 2;
const WEBHOOKS_PAUSE_MS = 500;
/** So much of what was counted may be lost when the server is killed. */
const USAGE_PAUSE_MS = 1_000;
const START_WITHIN_MS = 120_000;
/** The engine's restart takes some seconds, more after several. */
const ENGINE_PATIENCE_MS = 30_000;

export interface Service {
  url: string;
  context: Context;
  key: { secret: string; isNew: boolean; path: string };
  /** Ends it in order. Workers go on by themselves and find the next server. */
  stop(): Promise<void>;
}

/**
 * Starts the whole service on this machine: the API, the scoring engine as a child process, and the timers that start
 * workers and look after them.
 *
 * @throws {Error} naming what is in the way: the port or the data folder in use, a database that does not answer
 */
export async function startService(settings: Settings, env: NodeJS.ProcessEnv): Promise<Service> {
  const { host, port, dataFolder, artifacts } = settings;
  const logFolder = join(dataFolder, 'logs');
  await mkdir(logFolder, { recursive: true, mode: 0o700 });
  const log = createLog(destination({ dest: join(logFolder, 'server.log'), mode: 0o600, sync: true }));

  const { server, url, answerWith } = await listen(host, port);
  const database = await openDatabase(settings.database).catch(async (error: unknown) => {
    await hangUp(server);
    throw error;
  });
  const serving = new ServeProcess({
    entry: workers('serve.ts'),
    logPath: join(logFolder, 'serve.log'),
    artifacts,
    env,
    log,
  });
  const launcher = new ChildProcessLauncher({
    entry: workers('train.ts'),
    maxWorkers: MAX_WORKERS,
    onExit: (exit) => {
      handleWorkerExit(context, exit).catch((err: unknown) => log.error({ err }, 'a worker that ended was not noted'));
    },
    logFolder,
    artifacts,
    env,
  });
  const context: Context = {
    db: database.db,
    databaseKind: database.kind,
    artifacts: artifactStoreFromEnv({ ...env, LAUREL_ARTIFACTS: artifacts }),
    launcher,
    serving: new HttpServing(() => serving.address(), ENGINE_PATIENCE_MS),
    background: new Background(log),
    recent: new Recent(() => new Date()),
    webhooks: new WebhookClient(settings.allowsLoopbackWebhooks),
    usage: new UsageMeter({ db: database.db, now: () => new Date() }),
    readBlock: new ReadingThreads().read,
    apiUrl: url,
    startWithinMs: START_WITHIN_MS,
    jobsPerProject: MAX_WORKERS,
    worker: { usdPerHour: settings.workerUsdPerHour, flopsPerSecond: WORKER_FLOPS_PER_SECOND },
    limits: settings.limits,
    longestStreamMs: Number.POSITIVE_INFINITY,
    now: () => new Date(),
    log,
  };

  const startedAt = context.now();
  const keyPath = join(dataFolder, 'key');
  const key = await prepare(context, keyPath).catch(async (error: unknown) => {
    await Promise.all([hangUp(server), database.close()]);
    throw error;
  });
  serving.start();
  const app = createApp(context, settings.origins);
  answerWith(app, refuseFlood(app, settings.origins, log));
  const sender = new WebhookSender(context);
  const stopping = new AbortController();
  const tasks = [
    repeat(log, DISPATCH_PAUSE_MS, () => dispatch(context)),
    repeat(log, SWEEP_PAUSE_MS, () => sweep(context)),
    repeat(log, USAGE_PAUSE_MS, () => context.usage.flush()),
    // Of a database in a folder all workers are on this machine.
    repeat(log, SWEEP_PAUSE_MS, async () => {
      if (context.databaseKind === 'pglite') await noteLostWorkers(context, startedAt);
    }),
    ...Array.from({ length: UPLOADS_AT_ONCE }, () =>
      repeat(log, UPLOADS_PAUSE_MS, () => takeDatasetUpload(context, stopping.signal)),
    ),
    repeat(log, WEBHOOKS_PAUSE_MS, () => sender.sendDue(stopping.signal)),
  ];
  const stop = async () => {
    stopping.abort();
    await Promise.all([hangUp(server), serving.stop(), ...tasks.map((task) => task.stop())]);
    await context.background.stop();
    await context.usage.flush();
    await database.close();
  };
  return { url, context, key: { ...key, path: keyPath }, stop };
}

/** Puts right what the last server left, however it ended. */
async function prepare(context: Context, keyPath: string) {
  await renewLeases(context);
  // A folder has one server at a time, so a request that has not ended never will.
  if (context.databaseKind === 'pglite') {
    await discardUnfinishedUploads(context, context.now());
    await releaseDatasetUploads(context);
    await releaseHeldKeys(context);
  }
  return ensureKey(context, keyPath);
}
