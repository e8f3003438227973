/** What a worker needs to begin; everything else it asks the API for when it claims the job. */
export interface Launch {
  jobId: string;
  /** Which attempt at the job this worker is to make, from 1. */
  attempt: number;
  /** Speaks for this attempt only; the API stores its hash. */
  token: string;
  /** Where the worker reaches the API. */
  apiUrl: string;
}

/** Starts workers. A worker's progress and end are known from what it reports to the API, not from here. */
export interface JobLauncher {
  /** How many workers may be started now; Infinity where jobs wait in a queue of the launcher's own. */
  freeSlots(): number;
  /** Starts a worker, or rejects when none could be started; the launch is then worth trying again. */
  launch(launch: Launch): Promise<void>;
}
