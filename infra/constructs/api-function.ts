import type { Duration } from 'aws-cdk-lib';
import type { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { paths } from '../paths.ts';

export interface ApiFunctionProps {
  vpc: IVpc;
  securityGroups: SecurityGroup[];
  /** The exported function of functions/lambda.ts that is called. */
  handler: string;
  timeout: Duration;
  environment: Record<string, string>;
}

/** Where Lambda keeps Amazon's certificate authorities, which Node does not trust by itself; the database's is one. */
const AMAZON_CERTIFICATES = '/var/runtime/ca-cert.pem';

/** One entry point of functions/lambda.ts, bundled by esbuild, with the database's migrations and the files of the API reference beside it. */
export class ApiFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { vpc, securityGroups, handler, timeout, environment }: ApiFunctionProps) {
    super(scope, id);
    this.function = new NodejsFunction(this, 'Function', {
      vpc,
      securityGroups,
      handler,
      timeout,
      entry: paths.apiEntry,
      projectRoot: paths.repository,
      depsLockFilePath: paths.lockFile,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      environment: { NODE_EXTRA_CA_CERTS: AMAZON_CERTIFICATES, ...environment },
      logGroup: new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH }),
      bundling: {
        format: OutputFormat.ESM,
        // Packages in CommonJS call require, which a module does not have.
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_input, output) => [
            `cp -R ${paths.migrations} ${output}/migrations`,
            `mkdir ${output}/swagger-ui`,
            `cp ${paths.swaggerUi}/swagger-ui.css ${paths.swaggerUi}/swagger-ui-bundle.js ${output}/swagger-ui`,
          ],
        },
      },
    });
  }
}
