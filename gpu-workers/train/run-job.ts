import type { Completion } from '@laurel/contracts';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Logger } from 'pino';
import type { Engine } from '../engine/native.ts';
import { bestOfNJob } from './best-of-n-job.ts';
import { bulkScoreJob } from './bulk-score-job.ts';
import { evaluationJob } from './evaluation-job.ts';
import { exportJob } from './export-job.ts';
import type { ImportSettings } from './import/import-settings.ts';
import { importJob } from './import-job.ts';
import { readInputs } from './inputs.ts';
import type { Job } from './job.ts';
import { ApiAway, type JobApi, StaleAttempt } from './job-api.ts';
import { PATIENCE_MS, patiently } from './patiently.ts';
import type { Reporter } from './reporter.ts';
import { Stop } from './stop.ts';
import { toFailure } from './to-failure.ts';
import { trainJob } from './train-job.ts';

/** How an attempt ended. After `stale` and `away` the API has not been told anything. */
export type Outcome = 'succeeded' | 'paused' | 'cancelled' | 'failed' | 'interrupted' | 'stale' | 'away';

export interface RunJobOptions {
  api: JobApi;
  store: ArtifactStore;
  engine: Engine;
  log: Logger;
  ending: AbortSignal;
  importing: ImportSettings;
  checkpointEveryMs: number;
  /** Ended with the job. */
  reporter: Reporter;
  patienceMs?: number;
}

const LONGEST_HEARTBEAT_MS = 3_000;
const LONGEST_LOG_LINE = 4096;

/** One attempt at one job, from the claim to what is told of its end. Throws nothing that can be told to the API. */
export async function runJob(options: RunJobOptions): Promise<Outcome> {
  const { api, store, engine, log, ending, importing, reporter } = options;
  const { checkpointEveryMs, patienceMs = PATIENCE_MS } = options;
  try {
    const claim = await patiently(() => api.claim(), patienceMs);
    log.info({ attempt: claim.attempt, type: claim.spec.type, engine: engine.grade }, 'claimed');
    const heartbeatMs = Math.min(LONGEST_HEARTBEAT_MS, (claim.lease_seconds * 1000) / 5);
    reporter.begin(heartbeatMs);
    const end = await work({ claim, store, engine, reporter, ending, importing, checkpointEveryMs }, log);
    await reporter.close();
    return await patiently(() => tell(api, end), patienceMs);
  } catch (error) {
    if (error instanceof StaleAttempt) return 'stale';
    if (error instanceof ApiAway) return 'away';
    throw error;
  } finally {
    await reporter.close();
  }
}

type End = { completion: Completion } | { error: unknown };

async function work(job: Job, log: Logger): Promise<End> {
  try {
    return { completion: await doJob(job) };
  } catch (error) {
    if (!(error instanceof Stop)) {
      log.error({ err: error }, 'failed');
      const message = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(
        0,
        LONGEST_LOG_LINE,
      );
      job.reporter.event('log', { level: 'error', message });
    }
    return { error };
  }
}

async function doJob(job: Job): Promise<Completion> {
  const { spec } = job.claim;
  if (spec.type === 'import') return importJob(job, spec);
  if (spec.type === 'export') return exportJob(job, spec);
  job.reporter.progress('reading', 0, 0);
  job.reporter.event('stage', { stage: 'reading' });
  if (spec.type === 'bulk_score') return bulkScoreJob(job, spec);
  if (spec.type === 'best_of_n') return bestOfNJob(job, spec);
  const inputs = await readInputs(job.store, job.claim);
  if (spec.type === 'evaluation') return evaluationJob(job, spec, inputs);
  return trainJob(job, spec, inputs);
}

async function tell(api: JobApi, end: End): Promise<Outcome> {
  if ('completion' in end) {
    await api.complete(end.completion);
    return 'succeeded';
  }
  if (!(end.error instanceof Stop)) {
    await api.fail(toFailure(end.error));
    return 'failed';
  }
  switch (end.error.reason) {
    case 'pause':
      await api.paused();
      return 'paused';
    case 'cancel':
      await api.cancelled();
      return 'cancelled';
    case 'ending':
      await api.fail({ code: 'interrupted', detail: 'The worker was asked to end by its machine.', retryable: true });
      return 'interrupted';
    case 'stale':
    case 'away':
      return end.error.reason;
  }
}
