import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createModelUpload } from '../../use-cases/model-uploads/create-model-upload.ts';
import { modelUploadSchema, presentModelUpload } from './model-upload-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/model-uploads',
  operationId: 'modelUploads.create',
  tags: ['models'],
  summary: 'Begin to upload a model',
  description: "Then put its files, and start a job of type `import` that names the upload's id. It is kept for a day.",
  ...secured('models:write'),
  request: { headers: idempotencyKey },
  responses: { 201: json(modelUploadSchema, 'The upload, without files yet.') },
});

export const registerCreateModelUpload = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const upload = await once(c, '', async (within) => presentModelUpload(await createModelUpload(within, projectId)));
    return c.json(upload, 201, { location: `/v1/model-uploads/${upload.id}` });
  });
