import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { deleteDataset } from '../../use-cases/datasets/delete-dataset.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}',
  operationId: 'datasets.delete',
  tags: ['datasets'],
  summary: 'Delete a dataset that no unfinished job needs',
  ...secured('datasets:write'),
  request: { params: idParam },
  responses: { 204: { description: 'The dataset and its rows are gone.' }, ...problems },
});

export const registerDeleteDataset = (app: App) =>
  app.openapi(route, async (c) => {
    await deleteDataset(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.body(null, 204);
  });
