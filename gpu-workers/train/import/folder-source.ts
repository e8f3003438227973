import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { ImportError } from './import-error.ts';
import type { ImportSettings } from './import-settings.ts';
import { collect, type ModelSource } from './model-source.ts';

/**
 * A folder of this machine, within the one that the server's owner has named. Links are followed, as a hub's cache is made of them, but
 * neither the folder nor a file may be outside.
 *
 * @param path absolute, or relative to the named folder
 * @throws {ImportError} where it may not be read, or cannot be
 */
export async function folderSource(path: string, { folder: root }: ImportSettings): Promise<ModelSource> {
  if (root === null) {
    const detail = 'This server imports no folders: its owner names the one that holds models in LAUREL_IMPORT_FOLDER.';
    throw new ImportError('unusable_source', detail);
  }
  const outside = (what: string) =>
    new ImportError(
      'unusable_source',
      `${what} is not within LAUREL_IMPORT_FOLDER: move the model there, or import it from an upload.`,
    );
  const realRoot = await existing(root);
  const isWithin = (place: string) => place === realRoot || place.startsWith(realRoot + sep);
  const asked = resolve(realRoot, path);
  // Told before it is looked for: what is outside, and whether it exists, is not for the job's owner to know.
  if (!isWithin(asked) && !asked.startsWith(resolve(root) + sep)) throw outside(path);
  const folder = await existing(asked);
  if (!isWithin(folder)) throw outside(path);

  const entries = await readdir(folder).catch((error: Error) => {
    throw new ImportError('unusable_source', `${path} is no folder that can be read: ${error.message}.`, error);
  });
  const files = [];
  const paths = new Map<string, string>();
  for (const name of entries) {
    const place = await realpath(join(folder, name)).catch(() => null); // a link to nowhere
    if (place === null) continue;
    if (!isWithin(place)) throw outside(`${path}, whose ${name} is a link,`);
    const found = await stat(place);
    if (!found.isFile()) continue;
    files.push({ name, sizeBytes: found.size });
    paths.set(name, place);
  }
  return {
    origin: { type: 'folder', path: folder },
    files,
    read: (file, onBytes) => collect(createReadStream(paths.get(file.name) ?? ''), file, onBytes),
    release: async () => undefined,
  };
}

async function existing(path: string): Promise<string> {
  return realpath(path).catch((error: unknown) => {
    throw new ImportError('unusable_source', `There is no folder ${path} on the worker's machine.`, error);
  });
}
