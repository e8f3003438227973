import { Duration, IgnoreMode, Size } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsJobDefinition,
  EcsMachineImageType,
  JobQueue,
  ManagedEc2EcsComputeEnvironment,
  Reason,
} from 'aws-cdk-lib/aws-batch';
import { InstanceClass, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { paths } from '../paths.ts';

const LONGEST_JOB_DAYS = 7;
const SPOT_ATTEMPTS = 10;
/** Checkpoints and models; datasets are the API's to write. */
const WORKERS_WRITE = 'artifacts/*';
const MAX_VCPUS = 64;
/** Fits the smallest g5 and g6 instances (4 vCPUs, 16 GiB) with room for the ECS agent. */
const CONTAINER = { cpu: 4, memory: Size.gibibytes(14), gpu: 1 };

/**
 * One container a job on GPU spot instances. A reclaimed instance costs an attempt of Batch's, not of the job's work: the
 * worker resumes from its last checkpoint. Every other retry is the API's decision, which knows why a job failed.
 */
export class GpuJobs extends Construct {
  readonly queue: JobQueue;
  readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, { vpc, artifacts }: { vpc: Vpc; artifacts: Bucket }) {
    super(scope, id);
    const computeEnvironment = new ManagedEc2EcsComputeEnvironment(this, 'ComputeEnvironment', {
      vpc,
      spot: true,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      instanceClasses: [InstanceClass.G5, InstanceClass.G6],
      useOptimalInstanceClasses: false,
      images: [{ imageType: EcsMachineImageType.ECS_AL2023_NVIDIA }],
      minvCpus: 0,
      maxvCpus: MAX_VCPUS,
    });
    this.queue = new JobQueue(this, 'Queue', { computeEnvironments: [{ computeEnvironment, order: 1 }] });

    const jobRole = new Role(this, 'JobRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    artifacts.grantRead(jobRole);
    artifacts.grantPut(jobRole, WORKERS_WRITE);
    artifacts.grantDelete(jobRole, WORKERS_WRITE);
    const container = new EcsEc2ContainerDefinition(this, 'Container', {
      ...CONTAINER,
      image: ContainerImage.fromAsset(paths.repository, {
        file: paths.workerDockerfile,
        exclude: paths.notInWorkerImage,
        ignoreMode: IgnoreMode.DOCKER,
      }),
      command: ['train'],
      jobRole,
      environment: { LAUREL_ARTIFACTS: `s3://${artifacts.bucketName}` },
      logging: LogDriver.awsLogs({ streamPrefix: 'train', logRetention: RetentionDays.ONE_MONTH }),
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      timeout: Duration.days(LONGEST_JOB_DAYS),
      retryAttempts: SPOT_ATTEMPTS,
      retryStrategies: [
        { action: Action.RETRY, on: Reason.SPOT_INSTANCE_RECLAIMED },
        { action: Action.EXIT, on: Reason.custom({ onReason: '*' }) },
      ],
    });
  }
}
