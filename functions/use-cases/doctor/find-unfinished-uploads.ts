import { datasetUploads } from '@laurel/storage';
import { and, eq, lt } from 'drizzle-orm';
import { discardDatasetUploads, endedUploads, forgottenUploads } from '../dataset-uploads/discard-dataset-uploads.ts';
import { discardUnfinishedUploads, unfinishedUploads } from '../datasets/discard-unfinished-uploads.ts';
import { discardOldModelUploads, oldModelUploads } from '../model-uploads/discard-old-model-uploads.ts';
import type { Finding, Patient } from './finding.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A server takes an upload up within a second, and sweeps every few of them. */
const SWEPT_WITHIN_MS = 60_000;

/** What half-done uploads and deletions have left that no server will go on with. */
export const findUnfinishedUploads = async (patient: Patient): Promise<Finding[]> =>
  (
    await Promise.all([unfinishedDatasets, oldModels, partsOfEndedUploads, uploadsInParts].map((find) => find(patient)))
  ).flat();

/** Datasets half uploaded or half deleted by a server that was killed. */
async function unfinishedDatasets(patient: Patient): Promise<Finding[]> {
  // Who examines PGlite has it alone, so nobody is uploading.
  const begunBefore = patient.databaseKind === 'pglite' ? patient.now() : dayBefore(patient);
  return (await unfinishedUploads(patient, begunBefore)).map(({ id, state, createdAt }) => ({
    sort: state === 'deleting' ? 'unfinished_deletion' : 'unfinished_upload',
    where: id,
    what:
      state === 'deleting'
        ? 'Its deletion was begun and not ended.'
        : `Its upload was begun at ${createdAt.toISOString()} and not ended.`,
    remedy: 'Start the server, which removes it; so does --repair. An upload that was not acknowledged is sent again.',
    repair: () => discardUnfinishedUploads(patient, begunBefore),
  }));
}

/** Files of models that no job imports any more. */
async function oldModels(patient: Patient): Promise<Finding[]> {
  const dayAgo = dayBefore(patient);
  return (await oldModelUploads(patient, dayAgo)).map((id) => ({
    sort: 'old_model_upload',
    where: id,
    what: 'Files of a model that came more than a day ago, and that no unfinished job imports.',
    remedy: 'Start the server, which removes them; so does --repair.',
    repair: () => discardOldModelUploads(patient, dayAgo),
  }));
}

/** Parts that nobody needs any more. */
async function partsOfEndedUploads(patient: Patient): Promise<Finding[]> {
  const longAgo = new Date(patient.now().getTime() - SWEPT_WITHIN_MS);
  const left = [...(await endedUploads(patient)), ...(await forgottenUploads(patient, longAgo))];
  return left.map(({ id, state, expiresAt }) => ({
    sort: 'old_dataset_upload',
    where: id,
    what: `It is ${state}${state === 'open' ? ` and expired at ${expiresAt.toISOString()}` : ''}, and its parts are kept.`,
    remedy: 'Start the server, which removes them; so does --repair.',
    repair: () => discardDatasetUploads(patient),
  }));
}

/** Uploads whose rows should be checked, and are not. */
async function uploadsInParts({ db, now }: Patient): Promise<Finding[]> {
  const longAgo = new Date(now().getTime() - SWEPT_WITHIN_MS);
  const isSilent = lt(datasetUploads.leaseExpiresAt, longAgo);
  const lost = await db
    .select()
    .from(datasetUploads)
    .where(and(eq(datasetUploads.state, 'completing'), isSilent));
  return lost.map(({ id, leaseExpiresAt }) => ({
    sort: 'upload_without_server',
    where: id,
    what: `It is completing, but the server that was at it was last heard of before ${leaseExpiresAt?.toISOString()}.`,
    remedy: 'Start the server, which takes it up.',
  }));
}

const dayBefore = ({ now }: Patient): Date => new Date(now().getTime() - DAY_MS);
