import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderArtifactStore, LOCK_DRAFT } from '@laurel/storage';
import type { Finding } from '../../use-cases/doctor/finding.ts';
import { NEW_KEY_SUFFIX } from '../ensure-key.ts';
import type { Settings } from '../settings.ts';

/** Files that a process was about to give their names when it was killed. */
export async function findTemporaryFiles({ dataFolder, database, artifacts }: Settings): Promise<Finding[]> {
  const paths = [
    ...(await filesIn(dataFolder, (name) => name.endsWith(NEW_KEY_SUFFIX))),
    ...('folder' in database ? await filesIn(database.folder, (name) => name.startsWith(LOCK_DRAFT)) : []),
    ...(artifacts.startsWith('s3://') ? [] : await new FolderArtifactStore(artifacts).abandonedDrafts()),
  ];
  return paths.map((path) => ({
    sort: 'temporary_file',
    where: path,
    what: 'The process that wrote it was killed before the file was whole.',
    remedy: '--repair deletes it.',
    repair: () => rm(path, { force: true }),
  }));
}

async function filesIn(folder: string, isTemporary: (name: string) => boolean): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(isTemporary).map((name) => join(folder, name));
}
