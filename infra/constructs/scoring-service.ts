import { Duration, IgnoreMode } from 'aws-cdk-lib';
import { type IVpc, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  Secret as SecretOfContainer,
} from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancer, ApplicationProtocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { paths } from '../paths.ts';

const PORT = 8080;
/** vCPUs × 1,024, MiB: four cores, and models of 8 GiB besides what computing takes. */
const TASK = { cpu: 4096, memoryLimitMiB: 16_384 };
const MODEL_BYTES = 8 * 1024 ** 3;
/** Two at least: one may be replaced while the other answers. */
const TASKS = { minCapacity: 2, maxCapacity: 8 };
/** The engine uses every core while anything is in line, so a mean below 1 is idle time, and one near it is a line. */
const BUSY_PERCENT = 60;
/** As long as `serve` answers what is in line after it is asked to end. */
const DRAIN = Duration.seconds(30);
/** Longer than any request is waited for. */
const IDLE = Duration.seconds(180);

/** `gpu-workers serve` on Fargate behind a load balancer that only the API's functions reach; more tasks when they are busy. */
export class ScoringService extends Construct {
  /** Who is in this group may ask. */
  readonly clients: SecurityGroup;
  readonly url: string;
  /** The bearer token, as a reference that CloudFormation resolves. */
  readonly token: string;

  constructor(scope: Construct, id: string, { vpc, artifacts }: { vpc: IVpc; artifacts: Bucket }) {
    super(scope, id);
    const token = new Secret(this, 'Token', { generateSecretString: { excludePunctuation: true, passwordLength: 48 } });
    const task = new FargateTaskDefinition(this, 'Task', {
      ...TASK,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64 },
    });
    artifacts.grantRead(task.taskRole);
    task.addContainer('Serve', {
      image: ContainerImage.fromAsset(paths.repository, {
        file: paths.workerDockerfile,
        exclude: paths.notInWorkerImage,
        ignoreMode: IgnoreMode.DOCKER,
        platform: Platform.LINUX_AMD64,
      }),
      command: ['serve'],
      environment: {
        HOST: '0.0.0.0',
        PORT: String(PORT),
        LAUREL_ARTIFACTS: `s3://${artifacts.bucketName}`,
        LAUREL_SERVE_MODEL_BYTES: String(MODEL_BYTES),
      },
      secrets: { LAUREL_SERVE_TOKEN: SecretOfContainer.fromSecretsManager(token as ISecret) },
      portMappings: [{ containerPort: PORT }],
      logging: LogDriver.awsLogs({ streamPrefix: 'serve', logRetention: RetentionDays.ONE_MONTH }),
      stopTimeout: DRAIN,
    });
    const service = new FargateService(this, 'Service', {
      cluster: new Cluster(this, 'Cluster', { vpc }) as ICluster, // as Network says of its own
      taskDefinition: task,
      desiredCount: TASKS.minCapacity,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
    });
    service.autoScaleTaskCount(TASKS).scaleOnCpuUtilization('Busy', { targetUtilizationPercent: BUSY_PERCENT });

    this.clients = new SecurityGroup(this, 'Clients', { vpc });
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      idleTimeout: IDLE,
      dropInvalidHeaderFields: true,
    });
    const listener = balancer.addListener('Http', { port: 80, protocol: ApplicationProtocol.HTTP, open: false });
    listener.addTargets('Tasks', {
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [service],
      healthCheck: { path: '/ready', healthyHttpCodes: '204' },
      deregistrationDelay: DRAIN,
    });
    listener.connections.allowFrom(this.clients, Port.tcp(80));
    this.url = `http://${balancer.loadBalancerDnsName}`;
    this.token = token.secretValue.unsafeUnwrap();
  }
}
