import { z } from 'zod';
import { int32 } from './int32.ts';
import { jobState } from './job-state.ts';

/** Why an attempt or a job failed. `retryable` failures go back to `queued` until the attempts are used up. */
export const failure = z.strictObject({
  code: z.string(),
  detail: z.string(),
  retryable: z.boolean(),
});
export type Failure = z.infer<typeof failure>;

const event = <Type extends string, Data extends z.ZodType, Fields extends z.ZodRawShape>(
  type: Type,
  data: Data,
  fields: Fields,
) => z.strictObject({ type: z.literal(type), data, ...fields });

/** The job has come into another state. */
const stateEvent = <Fields extends z.ZodRawShape>(fields: Fields) =>
  event('state', z.object({ state: jobState, attempt: z.number().int(), error: failure.optional() }), fields);

/** What a worker tells of its job. */
const workerEvents = <Fields extends z.ZodRawShape>(fields: Fields) =>
  [
    /** A part of the work has begun; of an import also where the files come from. */
    event('stage', z.looseObject({ stage: z.string().max(64) }), fields),
    /** The settings in force, defaults filled in. */
    event('settings', z.record(z.string(), z.unknown()), fields),
    /** A checkpoint is whole: the job may go on from it. */
    event('checkpoint', z.object({ step: int32 }), fields),
    event('early_stop', z.object({ step: int32, reason: z.string() }), fields),
    event('warning', z.looseObject({ code: z.string().max(64), detail: z.string() }), fields),
    /** A line of the worker's log. */
    event('log', z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string().max(4096) }), fields),
  ] as const;

export const workerEvent = z.discriminatedUnion('type', workerEvents({}));
export type WorkerEvent = z.infer<typeof workerEvent>;

/**
 * Everything that a job's log may say. The log is kept once: it is answered as pages and as server-sent events, and webhooks send the
 * same under `job.<type>`.
 */
export const jobEvent = z.discriminatedUnion('type', [stateEvent({}), ...workerEvents({})]);
export type JobEvent = z.infer<typeof jobEvent>;
export type JobEventType = JobEvent['type'];
export const jobEventTypes = jobEvent.options.map(({ shape }) => shape.type.value);

const place = {
  /** The event's number within the job, from 1. */
  id: z.string(),
  at: z.iso.datetime(),
};

/** An event with its place in the log. */
export const loggedJobEvent = z.discriminatedUnion('type', [stateEvent(place), ...workerEvents(place)]);
export type LoggedJobEvent = z.infer<typeof loggedJobEvent>;
