import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { laurelStacks } from './laurel-stacks.ts';

let data: Template;
let jobs: Template;
let serving: Template;
let api: Template;

beforeAll(() => {
  // Bundling the functions says nothing of the template and takes seconds.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stacks = laurelStacks(app);
  data = Template.fromStack(stacks.data);
  jobs = Template.fromStack(stacks.jobs);
  serving = Template.fromStack(stacks.serving);
  api = Template.fromStack(stacks.api);
}, 120_000);

/** The resources of a type that match. */
const found = (template: Template, type: string, pattern: object) =>
  Object.keys(template.findResources(type, Match.objectLike(pattern)));

/** Every statement of every policy in the template. */
function statements(template: Template): { Action: string | string[]; Resource: unknown }[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
}
const actions = (template: Template) => statements(template).flatMap(({ Action }) => Action);

describe('data', () => {
  it('keeps artifacts private, encrypted and behind TLS, and drops abandoned uploads', () => {
    expect(
      found(data, 'AWS::S3::Bucket', {
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
      }),
    ).toHaveLength(1);
    expect(
      found(data, 'AWS::S3::BucketPolicy', {
        Properties: {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({
                Effect: 'Deny',
                Action: 's3:*',
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              }),
            ]),
          },
        },
      }),
    ).toHaveLength(1);
  });

  it('runs the database serverless, encrypted, protected, and out of reach of the internet', () => {
    expect(
      found(data, 'AWS::RDS::DBCluster', {
        DeletionPolicy: 'Retain',
        Properties: {
          Engine: 'aurora-postgresql',
          StorageEncrypted: true,
          DeletionProtection: true,
          ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
        },
      }),
    ).toHaveLength(1);
    expect(
      found(data, 'AWS::RDS::DBInstance', {
        Properties: { DBInstanceClass: 'db.serverless', PubliclyAccessible: false },
      }),
    ).toHaveLength(1);
  });

  it('lets only members of one group connect to the database', () => {
    expect(found(data, 'AWS::EC2::SecurityGroupIngress', {})).toHaveLength(1);
    expect(
      found(data, 'AWS::EC2::SecurityGroupIngress', {
        Properties: {
          SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('DatabaseClients'), 'GroupId'] },
        },
      }),
    ).toHaveLength(1);
  });
});

describe('jobs', () => {
  it('uses GPU spot instances, and none while no job waits', () => {
    expect(
      found(jobs, 'AWS::Batch::ComputeEnvironment', {
        Properties: {
          ComputeResources: Match.objectLike({
            Type: 'SPOT',
            MinvCpus: 0,
            InstanceTypes: ['g5', 'g6'],
            AllocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED',
            Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
          }),
        },
      }),
    ).toHaveLength(1);
  });

  it('runs the worker on one GPU, and leaves another attempt to the API', () => {
    expect(
      found(jobs, 'AWS::Batch::JobDefinition', {
        Properties: {
          ContainerProperties: Match.objectLike({
            Command: ['train'],
            ResourceRequirements: Match.arrayWith([{ Type: 'GPU', Value: '1' }]),
          }),
          RetryStrategy: { Attempts: 1 },
        },
      }),
    ).toHaveLength(1);
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

describe('serving', () => {
  it('runs two servers at least, out of reach of the internet, and more when they are busy', () => {
    expect(
      found(serving, 'AWS::ElasticLoadBalancingV2::LoadBalancer', { Properties: { Scheme: 'internal' } }),
    ).toHaveLength(1);
    expect(
      found(serving, 'AWS::ApplicationAutoScaling::ScalableTarget', { Properties: { MinCapacity: 2, MaxCapacity: 8 } }),
    ).toHaveLength(1);
    const ingress = Object.values(serving.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(ingress.length).toBeGreaterThan(0);
    for (const { Properties } of ingress) expect(Properties.SourceSecurityGroupId).toBeDefined();
    expect(JSON.stringify(serving.findResources('AWS::EC2::SecurityGroup'))).not.toContain('SecurityGroupIngress');
  });

  it('sends requests only to servers that are ready', () => {
    expect(
      found(serving, 'AWS::ElasticLoadBalancingV2::TargetGroup', {
        Properties: { HealthCheckPath: '/ready', Matcher: { HttpCode: '204' } },
      }),
    ).toHaveLength(1);
  });

  it('lets a server read artifacts and write nothing, and gives it its token as a secret', () => {
    const ofArtifacts = actions(serving).filter((action) => /^(\*$|s3:)/.test(action));
    expect(ofArtifacts.toSorted()).toEqual(['s3:GetBucket*', 's3:GetObject*', 's3:List*']);
    const [task] = Object.values(serving.findResources('AWS::ECS::TaskDefinition'));
    const [container] = task?.Properties.ContainerDefinitions ?? [];
    expect(container).toMatchObject({ Command: ['serve'] });
    expect(container.Secrets).toMatchObject([{ Name: 'LAUREL_SERVE_TOKEN' }]);
    expect(JSON.stringify(container.Environment)).not.toContain('LAUREL_SERVE_TOKEN');
  });
});

describe('api', () => {
  it('routes every request to the function, which may submit this job definition to this queue and nothing else', () => {
    expect(found(api, 'AWS::ApiGatewayV2::Route', { Properties: { RouteKey: 'ANY /{proxy+}' } })).toHaveLength(1);
    const submitting = statements(api).filter(({ Action }) => [Action].flat().includes('batch:SubmitJob'));
    expect(submitting).toHaveLength(2);
    for (const { Resource } of submitting) expect(Resource).toHaveLength(2);
  });

  it('sweeps and sends webhooks every minute, and takes uploads in for as long as a function may run', () => {
    expect(
      found(api, 'AWS::Scheduler::Schedule', { Properties: { ScheduleExpression: 'rate(1 minute)' } }),
    ).toHaveLength(3);
    expect(found(api, 'AWS::Lambda::Function', { Properties: { Timeout: 900 } })).toHaveLength(1);
    expect(found(api, 'AWS::Lambda::Function', { Properties: { Handler: 'index.sendWebhooks' } })).toHaveLength(1);
  });

  it('asks the scoring service, whose token no other function has', () => {
    const Variables = Match.objectLike({ LAUREL_SERVE_URL: Match.anyValue(), LAUREL_SERVE_TOKEN: Match.anyValue() });
    const asking = found(api, 'AWS::Lambda::Function', { Properties: { Environment: { Variables } } });
    const answering = found(api, 'AWS::Lambda::Function', { Properties: { Handler: 'index.handler' } });
    expect(asking).toHaveLength(1);
    expect(asking).toEqual(answering);
  });

  it('holds no password: CloudFormation resolves it', () => {
    api.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: { DATABASE_URL: Match.anyValue() } },
    });
    expect(JSON.stringify(api.toJSON())).toContain('{{resolve:secretsmanager:');
  });
});

it('grants no action on everything that could be granted on something', () => {
  const onEverything = [data, jobs, serving, api]
    .flatMap(statements)
    .filter(({ Resource }) => Resource === '*')
    .flatMap(({ Action }) => Action);
  // ECR's log-in takes no resource.
  expect([...new Set(onEverything)]).toEqual(['ecr:GetAuthorizationToken']);
});
