import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { abortDatasetUpload } from '../../use-cases/dataset-uploads/abort-dataset-upload.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/dataset-uploads/{id}',
  operationId: 'datasetUploads.abort',
  tags: ['datasets'],
  summary: 'Abort an upload in parts, and remove them',
  ...secured('datasets:write'),
  request: { params: idParam },
  responses: {
    204: { description: 'The upload is aborted.' },
    409: problem('The upload is a dataset already.'),
  },
});

export const registerAbortDatasetUpload = (app: App) =>
  app.openapi(route, async (c) => {
    await abortDatasetUpload(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.body(null, 204);
  });
