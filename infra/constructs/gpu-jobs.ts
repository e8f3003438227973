import { Duration, IgnoreMode, Size } from 'aws-cdk-lib';
import {
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsJobDefinition,
  EcsMachineImageType,
  JobQueue,
  ManagedEc2EcsComputeEnvironment,
} from 'aws-cdk-lib/aws-batch';
import { InstanceClass, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { paths } from '../paths.ts';

const LONGEST_JOB_DAYS = 7;
/** Checkpoints and models; datasets are the API's to write. */
const WORKERS_WRITE = 'artifacts/*';
const MAX_VCPUS = 64;
/** Fits the smallest g5 and g6 instances (4 vCPUs, 16 GiB) with room for the ECS agent. */
const CONTAINER = { cpu: 4, memory: Size.gibibytes(14), gpu: 1 };

/**
 * One container a job on GPU spot instances. Batch tries each once: a worker's token is for one attempt, and the API, which
 * misses the heartbeats of a reclaimed instance, launches the next, which resumes from the last checkpoint.
 */
export class GpuJobs extends Construct {
  readonly queue: JobQueue;
  readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, { vpc, artifacts }: { vpc: IVpc; artifacts: Bucket }) {
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
      logging: LogDriver.awsLogs({ streamPrefix: 'train', logRetention: RetentionDays.ONE_MONTH }),
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      timeout: Duration.days(LONGEST_JOB_DAYS),
      retryAttempts: 1,
    });
  }
}
