import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { once, requiredIdempotencyKey } from '../../http/once.ts';
import { awaited, POLL_AFTER_SECONDS, preferHeader } from '../../http/prefer-wait.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createPipeline } from '../../use-cases/pipelines/create-pipeline.ts';
import { getPipeline } from '../../use-cases/pipelines/get-pipeline.ts';
import { isOver, pipelineSchema, pipelineSpecSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/pipelines',
  operationId: 'pipelines.create',
  tags: ['pipelines'],
  summary: "Start the paper's loop",
  description:
    'SFT, a reward model, PPO and an evaluation, each an ordinary job that is made when the one before it has succeeded.',
  ...secured('jobs:write'),
  request: {
    headers: requiredIdempotencyKey.extend(preferHeader.shape),
    body: jsonBody(pipelineSpecSchema, {
      'the whole loop': {
        name: 'summaries',
        base: exampleIds.base,
        demonstrations: exampleIds.demonstrations,
        comparisons: exampleIds.comparisons,
        held_out: exampleIds.demonstrations,
        max_cost_usd: 20,
      },
    }),
  },
  responses: {
    200: json(pipelineSchema, 'The pipeline, which has ended while the request waited.'),
    202: json(pipelineSchema, 'The pipeline, its first stage queued.'),
    409: problem('A dataset that it names is not ready.'),
  },
});

export const registerCreatePipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const spec = c.req.valid('json');
    const made = await once(c, JSON.stringify(spec), async (within) =>
      showPipeline(within, await createPipeline(within, projectId, spec)),
    );
    c.header('location', `/v1/pipelines/${made.id}`);
    const read = async () => showPipeline(context, await getPipeline(context, projectId, made.id));
    const pipeline = await awaited(c, made, read, isOver);
    if (isOver(pipeline)) return c.json(pipeline, 200);
    c.header('retry-after', POLL_AFTER_SECONDS);
    return c.json(pipeline, 202);
  });
