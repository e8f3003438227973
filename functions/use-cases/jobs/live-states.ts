import { hasEnded, jobState } from '@laurel/contracts';

/** The states of jobs that have not ended. */
export const LIVE_STATES = jobState.options.filter((state) => !hasEnded(state));
