import { type Completion, type JobType, type ModelKind, Problem } from '@laurel/contracts';
import { ArtifactNotFound } from '@laurel/storage/artifacts';
import type { Context } from '../../context.ts';
import { registerModelVersion } from '../models/register-model-version.ts';
import { sha256 } from '../secrets.ts';
import { artifactPrefixOf } from './artifact-prefix.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { endJob } from './job-log.ts';

/** The kinds of model that each type of job may bring; none where it brings a report. */
const RESULTS: Record<JobType, readonly ModelKind[]> = {
  import: ['base', 'policy', 'reward_model'],
  pretrain: ['base'],
  sft: ['policy'],
  reward_model: ['reward_model'],
  dpo: ['policy'],
  ppo: ['policy'],
  rejection_sampling: ['policy'],
  evaluation: [],
};

/**
 * Ends a job with its result: the model version is registered in the transaction that ends the job.
 *
 * @throws {Problem} 422 when the result is not what the job was to bring or is not in the artifact store; 409 when the
 *   attempt is over
 */
export async function completeJob(context: Context, worker: WorkerIdentity, completion: Completion): Promise<void> {
  const { db, now } = context;
  await checkArtifacts(context, worker.jobId, completion);
  await db.transaction(async (tx) => {
    const job = await lockWorkersJob(tx, worker);
    const { model, report_key: reportKey, metrics } = completion;
    const kinds = RESULTS[job.type];
    if (model ? !kinds.includes(model.kind) : kinds.length > 0) {
      throw new Problem(422, 'wrong_result', `A ${job.type} job brings ${kinds.join(' or ') || 'a report'}.`);
    }
    if (job.type === 'evaluation' && !reportKey)
      throw new Problem(422, 'wrong_result', 'An evaluation brings a report.');
    const version = model && (await registerModelVersion(tx, job, { ...model, metrics }));
    await endJob(tx, job, 'succeeded', now(), { modelVersionId: version?.id ?? null, reportKey, metrics, error: null });
  });
}

/** Nothing becomes a model version that is not wholly there: its manifest is written last, and its hash is told. */
async function checkArtifacts({ artifacts }: Context, jobId: string, { model, report_key }: Completion): Promise<void> {
  const own = `${artifactPrefixOf(jobId)}/`;
  for (const key of [model?.prefix, report_key]) {
    if (key && !key.startsWith(own)) throw new Problem(422, 'foreign_artifact', `${key} is not under ${own}.`);
  }
  if (report_key && !(await artifacts.exists(report_key))) {
    throw new Problem(422, 'missing_artifact', `There is no artifact ${report_key}.`);
  }
  if (!model) return;
  const manifest = await artifacts.get(`${model.prefix}/manifest.json`).catch((error: unknown) => {
    if (!(error instanceof ArtifactNotFound)) throw error;
    throw new Problem(422, 'missing_artifact', `${model.prefix} has no manifest, so it is no model.`);
  });
  if (sha256(manifest) !== model.manifest_sha256) {
    throw new Problem(422, 'wrong_hash', `${model.prefix}/manifest.json has another hash than was told.`);
  }
}
