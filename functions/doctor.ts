/**
 * `npm run doctor [-- --repair]`: looks for what a healthy installation does not have: rows that nothing will move, files that no
 * row names, rows whose files are gone or damaged, processes without a job or a server, temporary files. Prints what it found,
 * where, and the remedy. `--repair` does what is safe: it queues lost jobs again, ends half-done uploads and deletions, and
 * deletes temporary files, and unnamed ones that are a day old.
 *
 * The environment is that of `npm start`. The database in the data folder can be opened by one process at a time: stop the
 * server first. Beside a running server the doctor works with DATABASE_URL.
 *
 * Exit codes: 0 nothing was found; 1 something was, which may have been repaired; 2 it could not look, and says why.
 */
import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { artifactStoreFromEnv, FolderInUse, openDatabase } from '@laurel/storage';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import { findOrphanProcesses } from './node/doctor/find-orphan-processes.ts';
import { findTemporaryFiles } from './node/doctor/find-temporary-files.ts';
import { readSettings, type Settings } from './node/settings.ts';
import { examine } from './use-cases/doctor/examine.ts';
import type { Finding } from './use-cases/doctor/finding.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });
  const settings = readSettings(process.env);
  if (!(await isThere(settings.dataFolder))) {
    console.log(`There is nothing at ${settings.dataFolder} yet; npm start makes it.`);
    return;
  }
  const store = artifactStoreFromEnv({ ...process.env, LAUREL_ARTIFACTS: settings.artifacts });
  const temporary = await findTemporaryFiles(settings, store); // before the database is opened, which makes some
  const findings = await withDatabase(settings, store, async (found) => tell([...temporary, ...found], values.repair));
  console.log(findings === 0 ? 'Nothing was found.' : `${findings} found.`);
  process.exitCode = findings === 0 ? 0 : 1;
}

async function withDatabase(
  settings: Settings,
  artifacts: ArtifactStore,
  then: (found: Finding[]) => Promise<number>,
): Promise<number> {
  const { workerUsdPerHour } = settings;
  const { db, kind: databaseKind, close } = await openDatabase(settings.database);
  try {
    const patient = {
      db,
      databaseKind,
      artifacts,
      worker: { usdPerHour: workerUsdPerHour, flopsPerSecond: 1 },
      now: () => new Date(),
    };
    const processes = await findOrphanProcesses(patient, settings.artifacts);
    return await then([...processes, ...(await examine(patient))]);
  } finally {
    await close();
  }
}

async function tell(findings: Finding[], isRepairing: boolean): Promise<number> {
  for (const { sort, where, what, remedy, repair } of findings) {
    console.log(`${sort}: ${where}\n  ${what}`);
    if (isRepairing && repair) {
      await repair();
      console.log('  Repaired.');
    } else console.log(`  Remedy: ${remedy}`);
  }
  return findings.length;
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

main().catch((error: unknown) => {
  const remedy = error instanceof FolderInUse ? ' The doctor needs the database for itself.' : '';
  console.error(`${error instanceof Error ? error.message : String(error)}${remedy}`);
  process.exitCode = 2;
});
