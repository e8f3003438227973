import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { deleteDataset } from '../../use-cases/datasets/delete-dataset.ts';
import { presentReceipt, receiptSchema } from './receipt-schema.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}',
  operationId: 'datasets.delete',
  tags: ['datasets'],
  summary: 'Delete a dataset and its rows',
  description: 'The answer is kept: see `/v1/dataset-deletions`.',
  ...secured('datasets:write'),
  request: { params: idParam },
  responses: {
    200: json(receiptSchema, 'What is gone, and what depended on it.'),
    409: problem('A job that is not over needs the dataset, or rows are being appended to it.'),
  },
});

export const registerDeleteDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    return c.json(presentReceipt(await deleteDataset(c.get('context'), projectId, c.req.valid('param').id)), 200);
  });
