import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { json, jsonBody, modelVersionReference } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { moveAlias } from '../../use-cases/models/move-alias.ts';
import { aliasParam, aliasSchema, presentAlias } from './model-schema.ts';

const body = z.strictObject({
  /** Null takes the alias away. */
  model_version: modelVersionReference.nullable(),
  /** Why, for whoever reads the history. */
  reason: z.string().min(1).max(1000),
});

const route = createRoute({
  method: 'put',
  path: '/v1/models/{id}/aliases/{alias}',
  operationId: 'models.moveAlias',
  tags: ['models'],
  summary: 'Have an alias stand for a version of a model',
  description:
    '`model@alias`, such as `reward@production`, is taken wherever the id of a model version is. What is made with it keeps the version ' +
    'that it stood for then. The same request again changes nothing.',
  ...secured('models:write'),
  request: {
    params: aliasParam,
    headers: ifMatchHeader,
    body: jsonBody(body, {
      production: { model_version: exampleIds.base, reason: 'More accurate on held-out posts: 0.71 against 0.68.' },
    }),
  },
  responses: {
    200: json(aliasSchema, 'What the alias stands for from now on.'),
    409: problem('The model has too many aliases.'),
  },
});

export const registerMoveAlias = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, alias } = c.req.valid('param');
    const { model_version: modelVersion, reason } = c.req.valid('json');
    const wanted = { alias, modelVersion, reason };
    const move = await moveAlias(c.get('context'), c.get('caller'), id, wanted, expected(c, presentAlias));
    return c.json(presentAlias(move), 200);
  });
