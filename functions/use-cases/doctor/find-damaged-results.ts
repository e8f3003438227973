import { datasets, jobs, modelUploads, modelVersions } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { JobRow } from '../jobs/job-log.ts';
import type { Finding, Patient } from './finding.ts';
import { type Damage, verifyArtifact, verifyManifest } from './verify-artifacts.ts';

const RESTORE = 'Restore the file from a backup';

/** Rows whose files are gone or are not what was written. Reads every byte that a row names. */
export const findDamagedResults = async (patient: Patient): Promise<Finding[]> =>
  (
    await Promise.all([damagedDatasets, damagedModels, damagedJobs, damagedModelUploads].map((find) => find(patient)))
  ).flat();

async function damagedDatasets({ db, artifacts }: Patient): Promise<Finding[]> {
  const ready = await db.select().from(datasets).where(eq(datasets.state, 'ready'));
  const byKey = new Map(ready.map(({ artifactKey, sha256 }) => [artifactKey ?? '', sha256 ?? ''])); // some share their rows
  const damage = new Map<string, Damage[]>();
  for (const [key, sha256] of byKey) {
    damage.set(key, key === '' ? [{ key, what: 'It names no file.' }] : await verifyArtifact(artifacts, key, sha256));
  }
  return ready.flatMap(({ id, artifactKey }) =>
    report(
      'damaged_dataset',
      id,
      damage.get(artifactKey ?? '') ?? [],
      `${RESTORE}, or delete the dataset and upload it again.`,
    ),
  );
}

async function damagedModels({ db, artifacts }: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, artifactPrefix, manifestSha256, jobId } of await db.select().from(modelVersions)) {
    const damage = await verifyManifest(artifacts, artifactPrefix, manifestSha256);
    findings.push(...report('damaged_model', id, damage, `${RESTORE}, or do what job ${jobId} did again.`));
  }
  return findings;
}

async function damagedJobs({ db, artifacts }: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const job of await db.select().from(jobs).where(eq(jobs.state, 'succeeded'))) {
    if (!hasResult(job)) findings.push(withoutResult(job));
    const { id, reportKey, file } = job;
    const damage = file ? await verifyArtifact(artifacts, file.key, file.sha256) : [];
    if (reportKey && !(await artifacts.exists(reportKey))) damage.push({ key: reportKey, what: 'It is missing.' });
    findings.push(...report('damaged_result', id, damage, `${RESTORE}, or run the job again.`));
  }
  return findings;
}

const hasResult = ({ modelVersionId, datasetId, reportKey, file }: JobRow) =>
  [modelVersionId, datasetId, reportKey, file].some((result) => result !== null);

const withoutResult = ({ id, type }: JobRow): Finding => ({
  sort: 'job_without_result',
  where: id,
  what: `This ${type} job has succeeded without a result.`,
  remedy: 'Run the job again.',
});

async function damagedModelUploads({ db, artifacts }: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, files } of await db.select().from(modelUploads)) {
    for (const [name, { key, sha256 }] of Object.entries(files)) {
      const damage = await verifyArtifact(artifacts, key, sha256);
      findings.push(...report('damaged_model_upload', id, damage, `Upload ${name} again.`));
    }
  }
  return findings;
}

const report = (sort: string, where: string, damage: Damage[], remedy: string): Finding[] =>
  damage.map(({ key, what }) => ({ sort, where, what: key && !what.includes(key) ? `${key}: ${what}` : what, remedy }));
