import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getDataset } from '../../use-cases/datasets/get-dataset.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets/{id}',
  operationId: 'datasets.get',
  tags: ['datasets'],
  summary: 'Get a dataset and its report',
  ...secured('datasets:read'),
  request: { params: idParam },
  responses: { 200: json(datasetSchema, 'The dataset.') },
});

export const registerGetDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const dataset = await getDataset(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentDataset(dataset), 200);
  });
