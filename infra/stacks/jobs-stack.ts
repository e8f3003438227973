import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { GpuJobs } from '../constructs/gpu-jobs.ts';
import type { DataStack } from './data-stack.ts';

/** Where jobs run. */
export class JobsStack extends Stack {
  readonly jobs;

  constructor(scope: Construct, id: string, { data, ...props }: StackProps & { data: DataStack }) {
    super(scope, id, props);
    this.jobs = new GpuJobs(this, 'GpuJobs', { vpc: data.vpc, artifacts: data.artifacts });
  }
}
