import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ArtifactBucket } from '../constructs/artifact-bucket.ts';
import { Database } from '../constructs/database.ts';
import { Network } from '../constructs/network.ts';

/** What must outlive everything else: artifacts, database, and the network that they are reached through. */
export class DataStack extends Stack {
  readonly vpc;
  readonly artifacts;
  readonly database;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    this.vpc = new Network(this, 'Network').vpc;
    this.artifacts = new ArtifactBucket(this, 'Artifacts').bucket;
    this.database = new Database(this, 'Database', { vpc: this.vpc });
  }
}
