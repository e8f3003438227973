import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, step } from './step.mjs';

/** Installs the locked npm packages, unless what npm last installed here is what the lock file asks for. */
export async function installPackages(root) {
  if (await installedAsLocked(root)) return;
  await step('npm packages', () => run('npm', ['ci', '--loglevel=error'], { cwd: root }));
}

/** Compares the lock file with npm's own record of what it put into node_modules. */
export async function installedAsLocked(root) {
  const [wanted, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((path) =>
      readFile(join(root, path), 'utf8').then(JSON.parse, () => undefined),
    ),
  );
  if (!wanted || !installed) return false;
  return Object.entries(wanted.packages).every(
    ([path, entry]) =>
      !path.startsWith('node_modules/') ||
      entry.link ||
      entry.optional ||
      entry.peer ||
      installed.packages[path]?.version === entry.version,
  );
}
