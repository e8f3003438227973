import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, startService } from '../../scripts/demo/service.ts';
import { freePort } from '../real-parts/server.ts';

/** Where a service lives whose data is thrown away afterwards. It can be started there any number of times. */
export interface Home {
  folder: string;
  env: NodeJS.ProcessEnv;
  start(): Promise<Service>;
  remove(): Promise<void>;
}

/** A fresh data folder and a free port. `env` is added to the service's environment. */
export async function makeHome(env: Record<string, string> = {}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-home-'));
  const port = String(await freePort());
  const own = { ...process.env, LAUREL_DATA: folder, PORT: port, ...env };
  return {
    folder,
    env: own,
    start: () => startService(own),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
