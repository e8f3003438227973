import type { App } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { JobsStack } from './jobs-stack.ts';

/** The whole of Laurel on AWS. */
export function laurelStacks(app: App): { data: DataStack; jobs: JobsStack; api: ApiStack } {
  const data = new DataStack(app, 'LaurelData');
  const jobs = new JobsStack(app, 'LaurelJobs', { data });
  const api = new ApiStack(app, 'LaurelApi', { data, jobs });
  return { data, jobs, api };
}
