import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { ApiFunction } from '../constructs/api-function.ts';
import { EveryMinute } from '../constructs/every-minute.ts';
import type { DataStack } from './data-stack.ts';
import type { JobsStack } from './jobs-stack.ts';
import type { ServingStack } from './serving-stack.ts';

/** API Gateway ends a request after 30 s. */
const ANSWER_SECONDS = 29;
const TASK_SECONDS = 55;
/** The most that Lambda gives: about 30 GB of rows are checked in it. */
const UPLOAD_SECONDS = 900;

export class ApiStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { data, jobs, serving, ...props }: StackProps & { data: DataStack; jobs: JobsStack; serving: ServingStack },
  ) {
    super(scope, id, props);
    const api = new HttpApi(this, 'Api', { description: 'Laurel' });
    const environment = {
      DATABASE_URL: data.database.url,
      LAUREL_ARTIFACTS: `s3://${data.artifacts.bucketName}`,
      LAUREL_API_URL: api.apiEndpoint,
      LAUREL_JOB_QUEUE: jobs.jobs.queue.jobQueueArn,
      LAUREL_JOB_DEFINITION: jobs.jobs.definition.jobDefinitionArn,
    };
    const entryPoints = { vpc: data.vpc, securityGroups: [data.database.clients], environment };
    const answering = new ApiFunction(this, 'Answering', {
      ...entryPoints,
      securityGroups: [data.database.clients, serving.scoring.clients],
      environment: {
        ...environment,
        LAUREL_SERVE_URL: serving.scoring.url,
        LAUREL_SERVE_TOKEN: serving.scoring.token,
      },
      handler: 'handler',
      timeout: Duration.seconds(ANSWER_SECONDS),
    });
    const sweeping = new ApiFunction(this, 'Sweeping', {
      ...entryPoints,
      handler: 'sweep',
      timeout: Duration.seconds(TASK_SECONDS),
    });
    const sending = new ApiFunction(this, 'Sending', {
      ...entryPoints,
      handler: 'sendWebhooks',
      timeout: Duration.seconds(TASK_SECONDS),
    });
    const takingUploads = new ApiFunction(this, 'TakingUploads', {
      ...entryPoints,
      handler: 'takeDatasetUpload',
      timeout: Duration.seconds(UPLOAD_SECONDS),
    });
    data.artifacts.grantReadWrite(takingUploads.function);
    for (const { function: entryPoint } of [answering, sweeping]) {
      data.artifacts.grantReadWrite(entryPoint);
      jobs.jobs.definition.grantSubmitJob(entryPoint, jobs.jobs.queue);
    }
    api.addRoutes({ path: '/{proxy+}', integration: new HttpLambdaIntegration('Answer', answering.function) });
    new EveryMinute(this, 'Sweeper', { target: sweeping.function });
    new EveryMinute(this, 'UploadTaker', { target: takingUploads.function });
    new EveryMinute(this, 'WebhookSender', { target: sending.function });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
