import { discardUnfinishedUploads, unfinishedUploads } from '../datasets/discard-unfinished-uploads.ts';
import { discardOldModelUploads, oldModelUploads } from '../model-uploads/discard-old-model-uploads.ts';
import type { Finding, Patient } from './finding.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Datasets half uploaded or half deleted by a server that was killed, and models' files that no job imports any more. */
export async function findUnfinishedUploads(patient: Patient): Promise<Finding[]> {
  const dayAgo = new Date(patient.now().getTime() - DAY_MS);
  // Who examines PGlite has it alone, so nobody is uploading.
  const begunBefore = patient.databaseKind === 'pglite' ? patient.now() : dayAgo;
  const uploads = await unfinishedUploads(patient, begunBefore);
  const models = await oldModelUploads(patient, dayAgo);
  return [
    ...uploads.map(({ id, state, createdAt }) => ({
      sort: state === 'deleting' ? 'unfinished_deletion' : 'unfinished_upload',
      where: id,
      what:
        state === 'deleting'
          ? 'Its deletion was begun and not ended.'
          : `Its upload was begun at ${createdAt.toISOString()} and not ended.`,
      remedy:
        'Start the server, which removes it; so does --repair. An upload that was not acknowledged is sent again.',
      repair: () => discardUnfinishedUploads(patient, begunBefore),
    })),
    ...models.map((id) => ({
      sort: 'old_model_upload',
      where: id,
      what: 'Files of a model that came more than a day ago, and that no unfinished job imports.',
      remedy: 'Start the server, which removes them; so does --repair.',
      repair: () => discardOldModelUploads(patient, dayAgo),
    })),
  ];
}
