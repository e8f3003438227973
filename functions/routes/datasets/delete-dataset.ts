import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json, timestamp } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { type DeletionReceipt, deleteDataset } from '../../use-cases/datasets/delete-dataset.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';

const receiptSchema = z
  .object({
    /** As it was. */
    dataset: datasetSchema,
    deleted_at: timestamp,
    /** Keys of what is gone from the artifact store. */
    artifacts: z.array(z.string()),
    /** Datasets with the same rows, which keep them. */
    shared_with: z.array(z.string()),
    /** What had read it, learnt from it, or was made by appending to it; all of that stays. */
    dependents: z.object({
      jobs: z.array(z.string()),
      model_versions: z.array(z.string()),
      datasets: z.array(z.string()),
    }),
  })
  .openapi('DeletionReceipt');

const present = (receipt: DeletionReceipt): z.input<typeof receiptSchema> => ({
  dataset: presentDataset(receipt.dataset),
  deleted_at: receipt.deletedAt.toISOString(),
  artifacts: receipt.artifacts,
  shared_with: receipt.sharedWith,
  dependents: { jobs: receipt.jobs, model_versions: receipt.modelVersions, datasets: receipt.datasets },
});

const route = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}',
  operationId: 'datasets.delete',
  tags: ['datasets'],
  summary: 'Delete a dataset and its rows',
  ...secured('datasets:write'),
  request: { params: idParam },
  responses: {
    200: json(receiptSchema, 'What is gone, and what depended on it.'),
    409: problem('A job that is not over needs the dataset.'),
  },
});

export const registerDeleteDataset = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    return c.json(present(await deleteDataset(c.get('context'), projectId, c.req.valid('param').id)), 200);
  });
