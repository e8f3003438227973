import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@laurel/storage';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CACHE = fromRoot('node_modules/.cache/laurel');
const MIGRATIONS = fromRoot('packages/storage/database/migrations');

/**
 * Puts an empty, migrated database into a folder that does not exist yet. PGlite takes seconds to make one and a moment
 * to open a copy, so one is made and kept for as long as neither the migrations nor the installed packages change.
 */
export async function copyEmptyDatabase(folder: string): Promise<void> {
  const template = join(CACHE, `database-${await contentHash()}`);
  const isMade = await access(template).then(
    () => true,
    () => false,
  );
  if (!isMade) await makeTemplate(template);
  cpSync(template, folder, { recursive: true }); // a thousand small files: a third of the time of `cp`
}

/** What the template is made of: a change in any of it makes another. */
async function contentHash(): Promise<string> {
  const migrations = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).toSorted();
  const files = [fromRoot('package-lock.json'), ...migrations.map((name) => join(MIGRATIONS, name))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** Made elsewhere and moved into place, so that of several test processes at once none sees a half-made one. */
async function makeTemplate(template: string): Promise<void> {
  await mkdir(dirname(template), { recursive: true });
  const folder = await mkdtemp(`${template}-`);
  const { close } = await openDatabase({ folder });
  await close();
  await rename(folder, template).catch(() => rm(folder, { recursive: true })); // another process was first
}
