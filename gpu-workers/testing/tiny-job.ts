import { createHash } from 'node:crypto';
import { type ClaimAnswer, pretrainSpec } from '@laurel/contracts';
import type { ArtifactStore } from '@laurel/storage/artifacts';

const datasetId = 'ds_01k00000000000000000000000';
const jobId = 'job_01k00000000000000000000000';
export const artifactPrefix = `artifacts/${jobId}`;

const WORDS = ['the', 'dog', 'cat', 'sees', 'hears', 'a', 'bird', 'house', 'often', 'never'];
const text = (seed: number) =>
  Array.from({ length: 12 }, (_, i) => WORDS[(seed * (i + 3) + i * i) % WORDS.length]).join(' ');

/** Stores a small text and claims a pretraining of so many steps on it: a model of 1 layer × 8, a few milliseconds a step. */
export async function tinyJob(store: ArtifactStore, { steps }: { steps: number }): Promise<ClaimAnswer> {
  const rows = Array.from({ length: steps }, (_, i) => JSON.stringify({ text: text(i) }));
  const content = new TextEncoder().encode(`${rows.join('\n')}\n`);
  const key = `datasets/${datasetId}.jsonl`;
  await store.put(key, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    job_id: jobId,
    attempt: 1,
    spec: pretrainSpec.parse({
      type: 'pretrain',
      output_model: 'base',
      dataset: datasetId,
      architecture: { layers: 1, width: 8, heads: 2, context: 32 },
      vocabulary_size: 280,
      seed: 7,
      hyperparameters: { batch_size: 1 },
    }),
    lease_seconds: 1,
    artifact_prefix: artifactPrefix,
    datasets: { [datasetId]: { kind: 'text', key, sha256, rows: rows.length } },
    models: {},
    model_uploads: {},
  };
}
