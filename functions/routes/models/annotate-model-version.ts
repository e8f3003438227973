import { createRoute, z } from '@hono/zod-openapi';
import { tags } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { json, jsonBody, modelVersionParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { annotateModelVersion } from '../../use-cases/models/annotate-model-version.ts';
import { modelVersionSchema, presentModelVersion } from './model-schema.ts';

const body = z
  .strictObject({
    note: z.string().min(1).max(10_000).nullable().optional(),
    /** In place of those that it has. */
    tags: tags.optional(),
  })
  .refine(({ note, tags: given }) => note !== undefined || given !== undefined, 'must have note or tags');

const route = createRoute({
  method: 'patch',
  path: '/v1/model-versions/{id}',
  operationId: 'modelVersions.annotate',
  tags: ['models'],
  summary: 'Change the note and the tags of a model version',
  description: 'What is left out stays as it is; a note of null is taken away. Nothing else of a version can change.',
  ...secured('models:write'),
  request: {
    params: modelVersionParam,
    headers: ifMatchHeader,
    body: jsonBody(body, { 'a note': { note: 'Trained on comparisons of June.', tags: ['june'] } }),
  },
  responses: { 200: json(modelVersionSchema, 'The model version.') },
});

export const registerAnnotateModelVersion = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const isExpected = expected(c, presentModelVersion);
    const version = await annotateModelVersion(c.get('context'), projectId, id, c.req.valid('json'), isExpected);
    return c.json(presentModelVersion(version), 200);
  });
