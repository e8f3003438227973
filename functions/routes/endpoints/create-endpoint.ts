import { createRoute, z } from '@hono/zod-openapi';
import { slug } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { idempotencyKey, onceKept } from '../../http/once.ts';
import { json, jsonBody, modelVersionReference } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createEndpoint } from '../../use-cases/endpoints/create-endpoint.ts';
import { endpointSchema, presentEndpoint } from './endpoint-schema.ts';

const body = z.strictObject({
  name: slug,
  model_version: modelVersionReference,
});

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints',
  operationId: 'endpoints.create',
  tags: ['endpoints'],
  summary: 'Publish a model version under a stable name',
  description:
    'A reward model makes an endpoint that scores, a policy or base model one that generates. The server has to come to the golden ' +
    'scores that were saved with the model first.',
  ...secured('endpoints:write'),
  request: {
    headers: idempotencyKey,
    body: jsonBody(body, { 'a reward model': { name: 'summaries-reward', model_version: exampleIds.rewardModel } }),
  },
  responses: {
    201: json(endpointSchema, 'The endpoint, with version 1 live.', {
      'a reward model': {
        id: exampleIds.endpoint,
        name: 'summaries-reward',
        kind: 'score',
        live_version: 1,
        split: [],
        shadow_version: null,
        created_at: '2026-10-17T09:24:31.512Z',
      },
    }),
    409: problem('The name is taken.'),
  },
});

export const registerCreateEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const wanted = { name: asked.name, modelVersion: asked.model_version };
    const endpoint = await onceKept(c, JSON.stringify(asked), presentEndpoint, (keep) =>
      createEndpoint(c.get('context'), c.get('caller'), wanted, keep),
    );
    return c.json(endpoint, 201, { location: `/v1/endpoints/${endpoint.id}` });
  });
