import { z } from 'zod';

/**
 * `queued → running → succeeded | failed`. `pausing → paused` and `cancelling → cancelled` wait for the worker to stop; what waits for
 * no worker is paused or cancelled at once. A pausing job may end first, a cancelling one may not. A paused job goes back to `queued` when it is resumed, one that failed or was cancelled
 * when it is tried again: from its last checkpoint.
 */
export const jobState = z.enum([
  'queued',
  'running',
  'pausing',
  'paused',
  'succeeded',
  'failed',
  'cancelling',
  'cancelled',
]);
export type JobState = z.infer<typeof jobState>;

const TRANSITIONS: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'paused', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'pausing', 'cancelling', 'queued'], // back to queued: its worker died and another may take it
  pausing: ['paused', 'succeeded', 'failed', 'cancelling'],
  paused: ['queued', 'cancelled'],
  cancelling: ['cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: ['queued'],
};

const ENDED: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];

/** Those in which a worker has the job. */
export const WORKING_STATES = ['running', 'pausing', 'cancelling'] as const satisfies readonly JobState[];

export const canMove = (from: JobState, to: JobState): boolean => TRANSITIONS[from].includes(to);
export const hasEnded = (state: JobState): boolean => ENDED.includes(state);
export const isWorking = (state: JobState): boolean => WORKING_STATES.some((working) => working === state);
