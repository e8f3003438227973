import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listDatasets } from '../../use-cases/datasets/list-datasets.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets',
  operationId: 'datasets.list',
  tags: ['datasets'],
  summary: 'List datasets',
  ...secured('datasets:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(datasetSchema), 'Datasets, newest first.') },
});

export const registerListDatasets = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listDatasets(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentDataset), 200);
  });
