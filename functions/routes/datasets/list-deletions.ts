import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listDeletions } from '../../use-cases/datasets/deletion-receipts.ts';
import { presentReceipt, receiptSchema } from './receipt-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dataset-deletions',
  operationId: 'datasetDeletions.list',
  tags: ['datasets'],
  summary: 'List receipts of deletions, which stay',
  ...secured('datasets:read'),
  request: {
    query: pageQuery.extend({
      dataset: z.string().max(64).optional().openapi({ description: 'The receipt of this one alone.' }),
    }),
  },
  responses: { 200: json(pageOf(receiptSchema), 'Receipts, newest first.') },
});

export const registerListDeletions = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listDeletions(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentReceipt), 200);
  });
