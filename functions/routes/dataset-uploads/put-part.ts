import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { bodyOf } from '../../http/body-of.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, numberInText } from '../../http/schemas.ts';
import { putPart } from '../../use-cases/dataset-uploads/put-part.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/dataset-uploads/{id}/parts/{number}',
  operationId: 'datasetUploads.putPart',
  tags: ['datasets'],
  summary: 'Put a part of an upload to the address that was granted',
  description:
    'The signature in the address stands for a key, so that whoever sends the parts needs none. Where S3 keeps them, they go there.',
  security: [],
  request: {
    params: idParam.extend({ number: numberInText(z.number().int().min(1).max(10_000)) }),
    query: z.object({
      expires: numberInText(z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)),
      signature: z.string().max(64),
    }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
  responses: {
    204: { description: 'The part is kept.' },
    403: problem('The address was not granted, or has expired.'),
    409: problem('The upload takes no parts any more.'),
  },
});

export const registerPutPart = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, number } = c.req.valid('param');
    const content = bodyOf(c.req.raw);
    await putPart(c.get('context'), { upload: id, number, content, ...c.req.valid('query') });
    return c.body(null, 204);
  });
