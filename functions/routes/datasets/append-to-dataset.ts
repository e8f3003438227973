import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, onceKept } from '../../http/once.ts';
import { readUpload } from '../../http/read-upload.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { Fingerprint } from '../../uploads/fingerprint.ts';
import { getDataset } from '../../use-cases/datasets/get-dataset.ts';
import { appendToDataset } from '../../use-cases/datasets/upload-dataset.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';
import { uploadBodies } from './upload-bodies.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/datasets/{id}/append',
  operationId: 'datasets.append',
  tags: ['datasets'],
  summary: 'Make the next version of a dataset: its rows, and more of its kind behind them',
  description: 'The version that is appended to stays as it is. Bodies are as for an upload.',
  ...secured('datasets:write'),
  request: { params: idParam, headers: idempotencyKey, body: uploadBodies(['file']) },
  responses: { 201: json(datasetSchema, 'The new version, ready.'), 409: problem('The dataset is not ready.') },
});

export const registerAppendToDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const previous = await getDataset(context, c.get('caller').projectId, c.req.valid('param').id);
    const { format, content } = await readUpload(c.req.raw);
    const fingerprint = new Fingerprint(content);
    const told = async () => JSON.stringify([format, await fingerprint.whole()]);
    const dataset = await onceKept(c, told, presentDataset, (keep) =>
      appendToDataset(context, previous, { format, content: fingerprint }, keep),
    );
    return c.json(dataset, 201, { location: `/v1/datasets/${dataset.id}` });
  });
