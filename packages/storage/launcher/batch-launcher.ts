import { type BatchClient, SubmitJobCommand } from '@aws-sdk/client-batch';
import type { JobLauncher, Launch } from './job-launcher.ts';

export interface BatchLauncherOptions {
  client: BatchClient;
  /** Name or ARN. */
  jobQueue: string;
  /** Name or ARN of the definition that runs the worker's image. */
  jobDefinition: string;
  /** As the worker's `LAUREL_ARTIFACTS`: `s3://bucket/prefix`. */
  artifacts: string;
}

/** Submits each worker to AWS Batch, whose queue holds what does not run yet. */
export class BatchLauncher implements JobLauncher {
  readonly #options: BatchLauncherOptions;

  constructor(options: BatchLauncherOptions) {
    this.#options = options;
  }

  freeSlots(): number {
    return Number.POSITIVE_INFINITY;
  }

  async launch({ jobId, attempt, token, apiUrl }: Launch): Promise<void> {
    const { client, jobQueue, jobDefinition, artifacts } = this.#options;
    const environment = {
      LAUREL_API_URL: apiUrl,
      LAUREL_JOB_ID: jobId,
      LAUREL_JOB_TOKEN: token,
      LAUREL_ARTIFACTS: artifacts,
    };
    await client.send(
      new SubmitJobCommand({
        jobName: `${jobId}-attempt-${attempt}`,
        jobQueue,
        jobDefinition,
        containerOverrides: {
          environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        },
        retryStrategy: { attempts: 1 }, // a token is for one attempt; the API launches the next one itself
      }),
    );
  }
}
