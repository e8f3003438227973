import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listDatasetUploads } from '../../use-cases/dataset-uploads/list-dataset-uploads.ts';
import { datasetUploadSchema, presentDatasetUpload } from './dataset-upload-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dataset-uploads',
  operationId: 'datasetUploads.list',
  tags: ['datasets'],
  summary: 'List uploads in parts; those that ended more than a day ago are forgotten',
  ...secured('datasets:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(datasetUploadSchema), 'Uploads, newest first.') },
});

export const registerListDatasetUploads = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listDatasetUploads(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentDatasetUpload), 200);
  });
