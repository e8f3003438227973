import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json, limitOf, position } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getDatasetUpload, partCountOf } from '../../use-cases/dataset-uploads/get-dataset-upload.ts';
import { partUrls } from '../../use-cases/dataset-uploads/part-urls.ts';
import { partUrlSchema, presentPartUrl } from './dataset-upload-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dataset-uploads/{id}/part-urls',
  operationId: 'datasetUploads.partUrls',
  tags: ['datasets'],
  summary: 'Get addresses to put parts to',
  description:
    'Each takes a PUT of just its part, by whoever has it, until it expires an hour later; so the scope is that of writing. The same part ' +
    'may be asked for, and put, again.',
  ...secured('datasets:write'),
  request: {
    params: idParam,
    query: z.object({
      limit: limitOf(1000, 100).openapi({ description: 'Most parts to answer.' }),
      after: position.default(0).openapi({ default: 0, description: 'The number of the last part before.' }),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(partUrlSchema), has_more: z.boolean() }), 'Parts in order.'),
    409: problem('The upload takes no parts any more.'),
  },
});

export const registerListPartUrls = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { limit, after } = c.req.valid('query');
    const upload = await getDatasetUpload(context, c.get('caller').projectId, c.req.valid('param').id);
    const rest = Math.max(0, partCountOf(upload) - after);
    const numbers = Array.from({ length: Math.min(limit, rest) }, (_, i) => after + 1 + i);
    const urls = await partUrls(context, upload, numbers);
    return c.json({ data: urls.map(presentPartUrl), has_more: rest > limit }, 200);
  });
