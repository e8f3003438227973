import { createRoute, z } from '@hono/zod-openapi';
import { rowSchemas } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json, limitOf, position } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { previewRows } from '../../use-cases/datasets/preview-rows.ts';

const rowsPage = z.object({
  data: z.array(z.object({ line: z.number().int(), row: z.union(Object.values(rowSchemas)) }).openapi('DatasetRow')),
  has_more: z.boolean(),
});

const route = createRoute({
  method: 'get',
  path: '/v1/datasets/{id}/rows',
  operationId: 'datasets.rows',
  tags: ['datasets'],
  summary: 'Look at rows of a dataset, in their stored form',
  ...secured('datasets:read'),
  request: {
    params: idParam,
    query: z.object({
      limit: limitOf(100, 10),
      after: position.default(0).openapi({ default: 0, description: 'Line number of the last row seen.' }),
    }),
  },
  responses: { 200: json(rowsPage, 'Rows, in order.'), 409: problem('The dataset is not ready.') },
});

export const registerListRows = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { rows, hasMore } = await previewRows(
      c.get('context'),
      projectId,
      c.req.valid('param').id,
      c.req.valid('query'),
    );
    return c.json({ data: rows, has_more: hasMore }, 200);
  });
