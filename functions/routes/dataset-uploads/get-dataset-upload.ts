import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { awaited, preferHeader } from '../../http/prefer-wait.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { receivedParts } from '../../use-cases/dataset-uploads/complete-dataset-upload.ts';
import { getDatasetUpload } from '../../use-cases/dataset-uploads/get-dataset-upload.ts';
import { datasetUploadSchema, presentDatasetUpload } from './dataset-upload-schema.ts';

const withParts = datasetUploadSchema
  .extend({
    /** Numbers of the parts that have arrived and are still kept, ascending. */
    received_parts: z.array(z.number().int()),
  })
  .openapi('DatasetUploadWithParts');

const route = createRoute({
  method: 'get',
  path: '/v1/dataset-uploads/{id}',
  operationId: 'datasetUploads.get',
  tags: ['datasets'],
  summary: 'Get how far an upload in parts is',
  ...secured('datasets:read'),
  request: { params: idParam, headers: preferHeader },
  responses: { 200: json(withParts, 'The upload, and which parts are there.') },
});

export const registerGetDatasetUpload = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const read = () => getDatasetUpload(context, c.get('caller').projectId, c.req.valid('param').id);
    const upload = await awaited(c, await read(), read, ({ state }) => state !== 'completing');
    const received = upload.holdsParts ? await receivedParts(context, upload) : [];
    return c.json({ ...presentDatasetUpload(upload), received_parts: received }, 200);
  });
