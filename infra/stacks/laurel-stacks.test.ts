import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { laurelStacks } from './laurel-stacks.ts';

let data: Template;
let jobs: Template;
let api: Template;

beforeAll(() => {
  // Bundling the functions says nothing of the template and takes seconds.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stacks = laurelStacks(app);
  data = Template.fromStack(stacks.data);
  jobs = Template.fromStack(stacks.jobs);
  api = Template.fromStack(stacks.api);
}, 120_000);

/** Every statement of every policy in the template. */
function statements(template: Template): { Action: string | string[]; Resource: unknown }[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
}
const actions = (template: Template) => statements(template).flatMap(({ Action }) => Action);

describe('data', () => {
  it('keeps artifacts private, encrypted and behind TLS, and drops abandoned uploads', () => {
    data.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.objectLike({ ServerSideEncryptionConfiguration: Match.anyValue() }),
        LifecycleConfiguration: {
          Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }],
        },
      },
    });
    data.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('runs the database serverless, encrypted, protected, and out of reach of the internet', () => {
    data.hasResource('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Retain',
      Properties: {
        Engine: 'aurora-postgresql',
        StorageEncrypted: true,
        DeletionProtection: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
      },
    });
    data.hasResourceProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.serverless', PubliclyAccessible: false });
  });

  it('lets only members of one group connect to the database', () => {
    data.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    data.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('DatabaseClients'), 'GroupId'] },
    });
  });
});

describe('jobs', () => {
  it('uses GPU spot instances, and none while no job waits', () => {
    jobs.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: Match.objectLike({
        Type: 'SPOT',
        MinvCpus: 0,
        InstanceTypes: ['g5', 'g6'],
        AllocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED',
        Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
      }),
    });
  });

  it('runs the worker on one GPU, and leaves another attempt to the API', () => {
    jobs.hasResourceProperties('AWS::Batch::JobDefinition', {
      ContainerProperties: Match.objectLike({
        Command: ['train'],
        ResourceRequirements: Match.arrayWith([{ Type: 'GPU', Value: '1' }]),
      }),
      RetryStrategy: { Attempts: 1 },
    });
  });

  it('lets the worker read artifacts and write under artifacts/ only', () => {
    const role = Object.values(jobs.findResources('AWS::IAM::Policy')).find(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('JobRole'),
    );
    const writes = role?.Properties.PolicyDocument.Statement.filter((statement: { Action: string | string[] }) =>
      [statement.Action].flat().some((action) => /Put|Delete/.test(action)),
    );
    expect(writes).not.toHaveLength(0);
    for (const { Resource } of writes) expect(JSON.stringify(Resource)).toContain('/artifacts/*');
  });

  it('gives the worker no way to the database or its password', () => {
    expect(actions(jobs).filter((action) => /rds|secretsmanager/.test(action))).toEqual([]);
  });
});

describe('api', () => {
  it('routes every request to the function, which may submit this job definition to this queue and nothing else', () => {
    api.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'ANY /{proxy+}' });
    const submitting = statements(api).filter(({ Action }) => [Action].flat().includes('batch:SubmitJob'));
    expect(submitting).toHaveLength(2);
    for (const { Resource } of submitting) expect(Resource).toHaveLength(2);
  });

  it('sweeps every minute', () => {
    api.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 minute)' });
  });

  it('holds no password: CloudFormation resolves it', () => {
    api.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: { DATABASE_URL: Match.anyValue() } },
    });
    expect(JSON.stringify(api.toJSON())).toContain('{{resolve:secretsmanager:');
  });
});

it('grants no action on everything that could be granted on something', () => {
  const onEverything = [data, jobs, api]
    .flatMap(statements)
    .filter(({ Resource }) => Resource === '*')
    .flatMap(({ Action }) => Action);
  // ECR's log-in takes no resource.
  expect([...new Set(onEverything)]).toEqual(['ecr:GetAuthorizationToken']);
});
