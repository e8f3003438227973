import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getModelUpload } from '../../use-cases/model-uploads/get-model-upload.ts';
import { modelUploadSchema, presentModelUpload } from './model-upload-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/model-uploads/{id}',
  operationId: 'modelUploads.get',
  tags: ['models'],
  summary: 'Get which files of a model have arrived',
  ...secured('models:read'),
  request: { params: idParam },
  responses: { 200: json(modelUploadSchema, 'The upload.') },
});

export const registerGetModelUpload = (app: App) =>
  app.openapi(route, async (c) => {
    const upload = await getModelUpload(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentModelUpload(upload), 200);
  });
