import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ScoringService } from '../constructs/scoring-service.ts';
import type { DataStack } from './data-stack.ts';

/** Where models answer. */
export class ServingStack extends Stack {
  readonly scoring;

  constructor(scope: Construct, id: string, { data, ...props }: StackProps & { data: DataStack }) {
    super(scope, id, props);
    this.scoring = new ScoringService(this, 'Scoring', { vpc: data.vpc, artifacts: data.artifacts });
  }
}
