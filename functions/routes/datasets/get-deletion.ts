import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getDeletion } from '../../use-cases/datasets/deletion-receipts.ts';
import { presentReceipt, receiptSchema } from './receipt-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dataset-deletions/{id}',
  operationId: 'datasetDeletions.get',
  tags: ['datasets'],
  summary: 'Get the receipt of a deletion again',
  ...secured('datasets:read'),
  request: { params: idParam },
  responses: { 200: json(receiptSchema, 'What went, and what depended on it.') },
});

export const registerGetDeletion = (app: App) =>
  app.openapi(route, async (c) => {
    const receipt = await getDeletion(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentReceipt(receipt), 200);
  });
