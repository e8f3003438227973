import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The interpreter that has the peers' packages. */
export function pythonOfPeers(): string {
  return pythonWith('bench', fileURLToPath(new URL('../peers/requirements.txt', import.meta.url)));
}

/** An interpreter that has the packages of a requirements file, in the cache of the user; they are installed where they are missing. */
export function pythonWith(name: string, requirements: string): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel');
  const environment = join(cache, `${name}-venv-${hash}`);
  const python = join(environment, 'bin/python');
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return python;
  console.log(`the Python packages of ${requirements} go to ${environment}, once`);
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: 'inherit' });
  writeFileSync(complete, '');
  return python;
}
