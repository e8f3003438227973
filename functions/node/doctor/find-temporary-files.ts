import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_DRAFT } from '@laurel/storage';
import type { AbandonedDraft, ArtifactStore } from '@laurel/storage/artifacts';
import type { Finding } from '../../use-cases/doctor/finding.ts';
import { NEW_KEY_SUFFIX } from '../ensure-key.ts';
import type { Settings } from '../settings.ts';

/** Files, and parts of objects in S3, that a process was about to give their names when it was killed. */
export async function findTemporaryFiles({ dataFolder, database }: Settings, store: ArtifactStore): Promise<Finding[]> {
  const drafts = [
    ...(await filesIn(dataFolder, (name) => name.endsWith(NEW_KEY_SUFFIX))),
    ...('folder' in database ? await filesIn(database.folder, (name) => name.startsWith(LOCK_DRAFT)) : []),
    ...(await store.abandonedDrafts()),
  ];
  return drafts.map((draft) => ({
    sort: 'temporary_file',
    where: draft.name,
    what: 'The process that wrote it was killed before the file was whole.',
    remedy: '--repair deletes it.',
    repair: () => draft.discard(),
  }));
}

async function filesIn(folder: string, isTemporary: (name: string) => boolean): Promise<AbandonedDraft[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(isTemporary).map((name) => {
    const path = join(folder, name);
    return { name: path, discard: () => rm(path, { force: true }) };
  });
}
