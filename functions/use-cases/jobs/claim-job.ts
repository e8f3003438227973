import type { ClaimAnswer } from '@laurel/contracts';
import { launches } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { artifactPrefixOf } from './artifact-prefix.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { findDatasets, findModelUploads } from './find-inputs.ts';
import { findModels } from './find-models.ts';
import { moveJob } from './job-log.ts';
import { LEASE_SECONDS, leaseFrom } from './lease.ts';

/** `queued → running` for the one worker that asks first. @throws {Problem} 409 for all others */
export function claimJob({ db, artifacts, now }: Context, worker: WorkerIdentity): Promise<ClaimAnswer> {
  return db.transaction(async (tx) => {
    const waiting = await lockWorkersJob(tx, worker);
    const job = await moveJob(tx, waiting, 'running', now(), {
      startedAt: waiting.startedAt ?? now(),
      leaseExpiresAt: leaseFrom(now()),
      error: null,
    });
    await tx.delete(launches).where(eq(launches.jobId, job.id));
    const datasets = await findDatasets({ db: tx }, job.projectId, job.spec);
    const models = await findModels({ db: tx, artifacts }, job.projectId, job.spec);
    const uploads = await findModelUploads({ db: tx }, job.projectId, job.spec);
    return {
      job_id: job.id,
      attempt: job.attempt,
      spec: job.spec,
      lease_seconds: LEASE_SECONDS,
      artifact_prefix: artifactPrefixOf(job.id),
      datasets: Object.fromEntries(
        Array.from(datasets, ([id, { kind, artifactKey, sha256, rows }]) => [
          id,
          { kind, key: artifactKey ?? '', sha256: sha256 ?? '', rows: rows ?? 0 },
        ]),
      ),
      models: Object.fromEntries(
        Array.from(models, ([id, { kind, artifactPrefix, manifestSha256 }]) => [
          id,
          { kind, prefix: artifactPrefix, manifest_sha256: manifestSha256 },
        ]),
      ),
      model_uploads: Object.fromEntries(Array.from(uploads, ([id, { files }]) => [id, files])),
    };
  });
}
