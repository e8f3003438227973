import { renderedReports } from '@laurel/contracts';
import { datasets, datasetUploads, jobs, modelUploads, modelVersions } from '@laurel/storage';
import { type ArtifactStore, readManifest } from '@laurel/storage/artifacts';
import { partsPrefixOf } from '../dataset-uploads/get-dataset-upload.ts';
import { artifactPrefixOf } from '../jobs/artifact-prefix.ts';
import type { JobRow } from '../jobs/job-log.ts';
import { modelUploadPrefixOf } from '../model-uploads/get-model-upload.ts';
import type { Finding, Patient } from './finding.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Artifacts that no row names. What a job that has not succeeded wrote is named by it: it goes on from there when it is tried again. */
export async function findUnnamedArtifacts(patient: Patient): Promise<Finding[]> {
  const { artifacts, now } = patient;
  const keys = await artifacts.list(''); // before the rows are read: a row is there before its files
  const isNamed = await namesOf(patient, keys);
  const findings: Finding[] = [];
  for (const key of keys.filter((each) => !isNamed(each))) {
    if (!(await artifacts.exists(key))) continue; // deleted meanwhile, as its row was
    const writtenAt = await artifacts.writtenAt(key);
    const isOld = now().getTime() - writtenAt.getTime() > DAY_MS;
    findings.push({
      sort: 'unnamed_file',
      where: key,
      what: `No row names this file, written at ${writtenAt.toISOString()}.`,
      remedy: isOld ? '--repair deletes it.' : 'It can be deleted; --repair does so when it is a day old.',
      ...(isOld && { repair: () => artifacts.delete(key) }),
    });
  }
  return findings;
}

async function namesOf({ db, artifacts }: Patient, keys: string[]): Promise<(key: string) => boolean> {
  const [datasetRows, versions, uploads, inParts, jobRows] = await Promise.all([
    db.select({ key: datasets.artifactKey }).from(datasets),
    db.select({ prefix: modelVersions.artifactPrefix }).from(modelVersions),
    db.select({ id: modelUploads.id }).from(modelUploads),
    db.select({ id: datasetUploads.id }).from(datasetUploads),
    db.select().from(jobs),
  ]);
  const names = new Set<string | null>(datasetRows.map(({ key }) => key));
  const folders: string[] = uploads.map(({ id }) => `${modelUploadPrefixOf(id)}/`);
  folders.push(...inParts.map(({ id }) => `${partsPrefixOf(id)}/`));
  for (const job of jobRows) {
    if (job.state === 'succeeded') for (const key of resultsOf(job)) names.add(key);
    else folders.push(`${artifactPrefixOf(job.id)}/`);
  }
  const wholeFolders = keys.flatMap((key) => /^(artifacts\/[^/]+\/\d+)\/manifest\.json$/.exec(key)?.[1] ?? []);
  const own = new Set(jobRows.map(({ id }) => artifactPrefixOf(id)));
  const checkpoints = wholeFolders.filter((folder) => own.has(folder.slice(0, folder.lastIndexOf('/'))));
  for (const folder of [...versions.map(({ prefix }) => prefix), ...checkpoints]) {
    for (const key of await listedIn(artifacts, folder)) names.add(key);
  }
  const inFolder = new Set(folders);
  return (key) => names.has(key) || inFolder.has(/^[^/]+\/[^/]+\//.exec(key)?.[0] ?? '');
}

function resultsOf({ reportKey, file }: JobRow): string[] {
  if (file) return [file.key];
  if (!reportKey) return [];
  const rendered = Object.values(renderedReports).map((name) => reportKey.replace(/[^/]+$/, name));
  return [reportKey, ...rendered];
}

/** The manifest and what it lists; all that is there where it cannot be read, which is for another examination to tell. */
async function listedIn(artifacts: ArtifactStore, folder: string): Promise<string[]> {
  const manifest = await readManifest(artifacts, folder).catch(() => null);
  if (!manifest) return artifacts.list(`${folder}/`);
  return ['manifest.json', ...Object.keys(manifest.files)].map((name) => `${folder}/${name}`);
}
