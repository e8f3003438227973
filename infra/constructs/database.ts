import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';

const NAME = 'laurel';
const BACKUP_DAYS = 7;
/** Characters that mean something in a URL, which the password becomes a part of. */
const NOT_IN_PASSWORD = '%+~`#$&*()|[]{}:;<>?!\'/@"\\=^, ';

/** Aurora PostgreSQL Serverless v2 in subnets without a way to the internet, encrypted, kept on deletion. */
export class Database extends Construct {
  /** Who is in this group may connect. */
  readonly clients: SecurityGroup;
  /**
   * `postgresql://…`, with the password as a reference that CloudFormation resolves: neither the template nor this
   * program ever holds it. The server's certificate is checked.
   */
  readonly url: string;

  constructor(scope: Construct, id: string, { vpc }: { vpc: IVpc }) {
    super(scope, id);
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('writer'),
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 8,
      credentials: Credentials.fromGeneratedSecret(NAME, { excludeCharacters: NOT_IN_PASSWORD }),
      defaultDatabaseName: NAME,
      storageEncrypted: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      backup: { retention: Duration.days(BACKUP_DAYS) },
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    });
    const password = cluster.secret?.secretValueFromJson('password').unsafeUnwrap();
    const { hostname } = cluster.clusterEndpoint;
    this.clients = new SecurityGroup(this, 'Clients', { vpc });
    cluster.connections.allowDefaultPortFrom(this.clients);
    this.url = `postgresql://${NAME}:${password}@${hostname}:5432/${NAME}?sslmode=verify-full`;
  }
}
