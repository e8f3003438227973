import type { App } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { JobsStack } from './jobs-stack.ts';
import { ServingStack } from './serving-stack.ts';

/** The whole of Laurel on AWS. */
export function laurelStacks(app: App): { data: DataStack; jobs: JobsStack; serving: ServingStack; api: ApiStack } {
  const data = new DataStack(app, 'LaurelData');
  const jobs = new JobsStack(app, 'LaurelJobs', { data });
  const serving = new ServingStack(app, 'LaurelServing', { data });
  const api = new ApiStack(app, 'LaurelApi', { data, jobs, serving });
  return { data, jobs, serving, api };
}
