import { type Completion, newId, type ResultOf } from '@laurel/contracts';
import { type Database, models, modelVersions } from '@laurel/storage';
import { eq, max } from 'drizzle-orm';
import { VERSION } from '../../version.ts';
import { datasetsOf, modelsOf } from '../jobs/job-inputs.ts';
import type { JobRow } from '../jobs/job-log.ts';
import { announce } from '../webhooks/announce.ts';
import type { ModelVersionRow } from './get-model-version.ts';

type Result = ResultOf<'model'> & Pick<Completion, 'metrics'> & { sizeBytes: number };

/** Registers what a job made as the next version of its output model, with its lineage. Within a transaction. */
export async function registerModelVersion(
  tx: Database,
  job: JobRow,
  result: Result,
  at: Date,
): Promise<ModelVersionRow> {
  const { spec, projectId } = job;
  if (!('output_model' in spec)) throw new Error(`A job of type ${spec.type} makes no model.`);
  const [model] = await tx
    .insert(models)
    .values({ id: newId('model'), projectId, name: spec.output_model })
    // The update changes nothing but locks the row, so that two jobs cannot take the same number.
    .onConflictDoUpdate({ target: [models.projectId, models.name], set: { name: spec.output_model } })
    .returning();
  const modelId = model?.id ?? '';
  const [last] = await tx
    .select({ number: max(modelVersions.number) })
    .from(modelVersions)
    .where(eq(modelVersions.modelId, modelId));
  const [version] = await tx
    .insert(modelVersions)
    .values({
      id: newId('mv'),
      modelId,
      number: (last?.number ?? 0) + 1,
      kind: result.kind,
      jobId: job.id,
      parents: modelsOf(spec).map(({ id }) => id),
      datasets: datasetsOf(spec).map(({ id }) => id),
      origin: result.origin ?? null,
      artifactPrefix: result.prefix,
      manifestSha256: result.manifest_sha256,
      sizeBytes: result.sizeBytes,
      config: result.config,
      metrics: result.metrics,
      codeVersion: VERSION,
    })
    .returning();
  const { id, number, kind } = version as ModelVersionRow;
  const data = { model_version: id, model: modelId, name: spec.output_model, number, kind, job: job.id };
  await announce(tx, projectId, [{ type: 'model_version.registered', timestamp: at.toISOString(), data }], at);
  return version as ModelVersionRow;
}
