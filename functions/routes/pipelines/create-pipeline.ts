import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { idempotent } from '../../use-cases/idempotent.ts';
import { createPipeline } from '../../use-cases/pipelines/create-pipeline.ts';
import { pipelineSchema, pipelineSpecSchema, showPipeline } from './pipeline-schema.ts';

const POLL_AFTER_SECONDS = '1';

const route = createRoute({
  method: 'post',
  path: '/v1/pipelines',
  operationId: 'pipelines.create',
  tags: ['pipelines'],
  summary: "Start the paper's loop",
  description:
    'SFT, a reward model, PPO and an evaluation, each an ordinary job that is made when the one before it has succeeded. ' +
    'The same Idempotency-Key with the same body answers with the pipeline that was made.',
  ...secured('jobs:write'),
  request: {
    headers: z.object({
      'idempotency-key': z.string('the header Idempotency-Key is required; send a new UUID').min(1).max(255),
    }),
    body: jsonBody(pipelineSpecSchema),
  },
  responses: {
    202: json(pipelineSchema, 'The pipeline, its first stage queued.'),
    409: problem('A dataset that it names is not ready.'),
  },
});

export const registerCreatePipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const spec = c.req.valid('json');
    const content = `pipeline ${JSON.stringify(spec)}`;
    const request = { projectId, key: c.req.valid('header')['idempotency-key'], content };
    const { answer, isReplay } = await idempotent(context.db, request, async (tx) => {
      const within = { ...context, db: tx };
      return showPipeline(within, await createPipeline(within, projectId, spec));
    });
    c.header('location', `/v1/pipelines/${answer.id}`);
    c.header('retry-after', POLL_AFTER_SECONDS);
    if (isReplay) c.header('idempotent-replayed', 'true');
    return c.json(answer, 202);
  });
