import { createRoute, z } from '@hono/zod-openapi';
import { datasetShape } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { sendText } from '../../http/send-text.ts';
import { exportRows } from '../../use-cases/datasets/export-rows.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets/{id}/export',
  operationId: 'datasets.export',
  tags: ['datasets'],
  summary: 'Download the rows of a dataset in a shape',
  description:
    'As JSON Lines, or the plain shape as CSV with a header. `plain`: `{prompt, …}` with texts, as TRL reads them; `messages`: the same as chats; `openai`: as OpenAI published ' +
    'comparisons and ratings; `stored`: as trainers read them here. Each can be uploaded again but `stored`.',
  ...secured('datasets:read'),
  request: {
    params: idParam,
    query: z.object({ shape: datasetShape.default('plain'), format: z.enum(['jsonl', 'csv']).default('jsonl') }),
  },
  responses: {
    200: {
      description: 'The rows.',
      content: {
        'application/x-ndjson': { schema: { type: 'string', format: 'binary' } },
        'text/csv': { schema: { type: 'string', format: 'binary' } },
      },
    },
    409: problem('The dataset is not ready.'),
  },
});

export const registerExportDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const wanted = c.req.valid('query');
    const { projectId } = c.get('caller');
    const { name, content } = await exportRows(c.get('context'), projectId, c.req.valid('param').id, wanted);
    const mediaType = wanted.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
    return (await sendText(c, { name, mediaType }, content)) as never;
  });
