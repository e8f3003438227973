import { createRoute, z } from '@hono/zod-openapi';
import { datasetKind } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createDatasetUpload } from '../../use-cases/dataset-uploads/create-dataset-upload.ts';
import { datasetUploadSchema, presentDatasetUpload, uploadFormat } from './dataset-upload-schema.ts';

const MOST_BYTES = 100e9;

const body = z
  .strictObject({
    kind: datasetKind,
    name: z.string().min(1).max(100),
    format: uploadFormat.default('jsonl'),
    /** Of what will be sent, compressed or not. */
    size_bytes: z.number().int().min(1).max(MOST_BYTES),
  })
  .openapi('NewDatasetUpload');

const route = createRoute({
  method: 'post',
  path: '/v1/dataset-uploads',
  operationId: 'datasetUploads.create',
  tags: ['datasets'],
  summary: 'Begin to upload a dataset in parts, of up to 100 GB',
  description:
    'Then ask for the addresses of parts, put them in any order and side by side, again where one failed, and complete the upload. ' +
    'The formats are those of a direct upload, as gzip or zstd as well. It is kept for three days.',
  ...secured('datasets:write'),
  request: { headers: idempotencyKey, body: jsonBody(body) },
  responses: {
    201: json(datasetUploadSchema, 'The upload, without parts yet.'),
    409: problem('The project has too many uploads that are not ended.'),
  },
});

export const registerCreateDatasetUpload = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { size_bytes: sizeBytes, ...described } = c.req.valid('json');
    const upload = await once(c, JSON.stringify({ ...described, sizeBytes }), async (within) =>
      presentDatasetUpload(await createDatasetUpload(within, projectId, { ...described, sizeBytes })),
    );
    return c.json(upload, 201, { location: `/v1/dataset-uploads/${upload.id}` });
  });
