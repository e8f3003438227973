import { z } from 'zod';
import { int32 } from './int32.ts';
import { jobSpec } from './job.ts';
import { workerEvent } from './job-events.ts';
import { jobFile } from './job-file.ts';
import { modelKind } from './model-kind.ts';
import { datasetKind } from './rows.ts';

/**
 * What a worker and the API say to each other, under `/v1/worker/jobs/{id}/…` with the job's own token. The token names
 * the job and the attempt: once another attempt has begun, every call of the old one is answered 409 and it must stop.
 */
/** `manifest.json`, written last: a folder without one does not exist. */
export const manifest = z.strictObject({
  files: z.record(z.string(), z.strictObject({ sha256: z.string(), size_bytes: z.number().int() })),
});
export type Manifest = z.infer<typeof manifest>;

/** A file that was uploaded, and the key that it is kept under. */
const uploadedFile = z.strictObject({ key: z.string(), sha256: z.string(), size_bytes: z.number().int() });
export type UploadedFile = z.infer<typeof uploadedFile>;

/** `POST claim`: `queued → running`; one winner, the others get 409. */
export const claimAnswer = z.strictObject({
  job_id: z.string(),
  attempt: z.number().int(),
  spec: jobSpec,
  /** A worker that is silent for longer has died. */
  lease_seconds: z.number(),
  /** Where this job writes: checkpoints at `<prefix>/<step>/`, the result at `<prefix>/model/`. */
  artifact_prefix: z.string(),
  /** Inputs by id, as the spec names them. `key` is a JSON Lines artifact in the stored form of rows. */
  datasets: z.record(
    z.string(),
    z.strictObject({ kind: datasetKind, key: z.string(), sha256: z.string(), rows: z.number().int() }),
  ),
  /** A model's files are under `prefix`, listed and hashed by `<prefix>/manifest.json`, whose own hash is given. */
  models: z.record(z.string(), z.strictObject({ kind: modelKind, prefix: z.string(), manifest_sha256: z.string() })),
  /** Files that were uploaded to be imported, by their names. */
  model_uploads: z.record(z.string(), z.record(z.string(), uploadedFile)),
});
export type ClaimAnswer = z.infer<typeof claimAnswer>;

/** `POST heartbeat`. */
export const heartbeat = z.strictObject({
  stage: z.string(),
  step: int32,
  total_steps: int32,
});
export const heartbeatAnswer = z.strictObject({ directive: z.enum(['continue', 'pause', 'cancel']) });
export type Heartbeat = z.infer<typeof heartbeat>;
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswer>;

/** Of a metric's name, characters. */
const LONGEST_NAME = 64;

/** Far beyond what training computes in, and so far within float64 that sums of squares are as well: databases make means by them. */
const LARGEST_VALUE = 1e100;

/** Whether a value can be told. */
export const isMetricValue = (value: number): boolean => Math.abs(value) <= LARGEST_VALUE;

/** Values by their metrics' names. */
const metricValues = z
  .record(z.string(), z.number().min(-LARGEST_VALUE).max(LARGEST_VALUE))
  .refine((values) => Object.keys(values).every(({ length }) => length <= LONGEST_NAME), {
    error: `a metric's name has at most ${LONGEST_NAME} characters`,
  });

/** `POST metrics`: points are kept by (name, step), so that a resumed worker may send a step again. */
export const metricsReport = z.strictObject({
  points: z.array(z.strictObject({ step: int32, values: metricValues })).max(1000),
});
export type MetricsReport = z.infer<typeof metricsReport>;

/** `POST events`: appended to the job's log. */
export const eventsReport = z.strictObject({ events: z.array(workerEvent).max(100) });
export type EventsReport = z.infer<typeof eventsReport>;

/** What a job has made. */
export const jobResult = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('model'),
    kind: modelKind,
    prefix: z.string(),
    manifest_sha256: z.string(),
    /** config.json of the model. */
    config: z.record(z.string(), z.unknown()),
    /** Of an imported model: what was taken from where, exactly. */
    origin: z.record(z.string(), z.string()).optional(),
  }),
  /** An evaluation's report, by the key of its JSON. */
  z.strictObject({ type: z.literal('report'), key: z.string() }),
  /** Rows in their stored form. */
  z.strictObject({
    type: z.literal('dataset'),
    kind: datasetKind,
    key: z.string(),
    sha256: z.string(),
    rows: int32,
    size_bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  z.strictObject({ type: z.literal('file'), ...jobFile.shape }),
]);
export type JobResult = z.infer<typeof jobResult>;
export type ResultOf<Type extends JobResult['type']> = Extract<JobResult, { type: Type }>;

/** `POST complete`: registers the result and ends the job in one transaction. */
export const completion = z.strictObject({
  result: jobResult,
  /** The last values, for the model version's page. */
  metrics: z.record(z.string(), z.number()),
});
export type Completion = z.infer<typeof completion>;

/** `POST fail` takes a `failure`. */

/** `POST paused` and `POST cancelled`: the worker has stopped after that directive, a pausing one behind a checkpoint. No body. */
