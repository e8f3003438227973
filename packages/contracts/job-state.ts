import { z } from 'zod';

/** `queued → running → succeeded | failed`, and `cancelling → cancelled` from anywhere before the end. */
export const jobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled']);
export type JobState = z.infer<typeof jobState>;

const TRANSITIONS: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'cancelling', 'queued'], // back to queued: its worker died and another may take it
  cancelling: ['cancelled', 'succeeded', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const canMove = (from: JobState, to: JobState): boolean => TRANSITIONS[from].includes(to);
export const hasEnded = (state: JobState): boolean => TRANSITIONS[state].length === 0;
