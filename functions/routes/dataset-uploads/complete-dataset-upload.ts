import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { POLL_AFTER_SECONDS } from '../../http/prefer-wait.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { completeDatasetUpload } from '../../use-cases/dataset-uploads/complete-dataset-upload.ts';
import { datasetUploadSchema, presentDatasetUpload } from './dataset-upload-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/dataset-uploads/{id}/complete',
  operationId: 'datasetUploads.complete',
  tags: ['datasets'],
  summary: 'Make a dataset of an upload whose parts are all there',
  description:
    'Every row is checked as in a direct upload, which takes about a minute for 5 GB: get the upload until it is `completed` and names its ' +
    'dataset, or `failed` and says why. A server that dies meanwhile costs time alone: the checking begins anew. Asked again, this ' +
    'changes nothing.',
  ...secured('datasets:write'),
  request: { params: idParam },
  responses: {
    202: json(datasetUploadSchema, 'The upload, completing or completed.'),
    409: problem('Parts are missing, and `errors` names them; or the upload has ended otherwise.'),
  },
});

export const registerCompleteDatasetUpload = (app: App) =>
  app.openapi(route, async (c) => {
    const upload = await completeDatasetUpload(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    c.header('location', `/v1/dataset-uploads/${upload.id}`);
    c.header('retry-after', POLL_AFTER_SECONDS);
    return c.json(presentDatasetUpload(upload), 202);
  });
