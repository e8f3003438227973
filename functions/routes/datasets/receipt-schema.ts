import { z } from '@hono/zod-openapi';
import { timestamp } from '../../http/schemas.ts';
import type { DeletionReceipt } from '../../use-cases/datasets/deletion-receipts.ts';
import { datasetSchema, presentDataset } from './dataset-schema.ts';

export const receiptSchema = z
  .object({
    id: z.string(),
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

export const presentReceipt = (receipt: DeletionReceipt): z.input<typeof receiptSchema> => ({
  id: receipt.id,
  dataset: presentDataset(receipt.dataset),
  deleted_at: receipt.deletedAt.toISOString(),
  artifacts: receipt.artifacts,
  shared_with: receipt.sharedWith,
  dependents: { jobs: receipt.jobs, model_versions: receipt.modelVersions, datasets: receipt.datasets },
});
