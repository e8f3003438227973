import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Laurel } from '@laurel/sdk';

const ENTRY = fileURLToPath(new URL('../../functions/node.ts', import.meta.url));
const START_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 5_000;
const POLL_MS = 200;

/** A service that runs as a child of this process. */
export interface Service {
  baseUrl: string;
  apiKey: string;
  laurel: Laurel;
  process: ChildProcess;
  /** Resolves when the service has ended, for whatever reason. */
  ended: Promise<unknown>;
  /** Ends the service in order. */
  stop(): Promise<void>;
}

/**
 * Starts the service as `npm start` does, on the same data folder, and waits until its engine is ready. What it prints is
 * kept in `logs/service.log` of that folder.
 * @throws {Error} with what it printed last, when it ends or is not ready within a minute
 */
export async function startService(env: NodeJS.ProcessEnv = process.env): Promise<Service> {
  const folder = env.LAUREL_DATA ?? join(homedir(), '.laurel');
  const port = env.PORT ?? '8787';
  const baseUrl = `http://127.0.0.1:${port}`;
  const logPath = join(folder, 'logs/service.log');
  await mkdir(join(folder, 'logs'), { recursive: true });
  await refuseTaken(baseUrl);
  const log = await open(logPath, 'w');
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env: { ...env, LAUREL_DATA: folder, PORT: port },
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close(); // the child has its own
  const ended = once(child, 'exit');
  const client = await becomeReady(child, baseUrl, join(folder, 'key')).catch(async (error: Error) => {
    child.kill('SIGTERM');
    const lines = (await readFile(logPath, 'utf8')).trimEnd().split('\n');
    throw new Error(`${error.message} It printed:\n${lines.slice(-20).join('\n')}`, { cause: error });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ...client, baseUrl, process: child, ended, stop };
}

/** Another service on the port would answer in place of the one that is started here. */
async function refuseTaken(baseUrl: string): Promise<void> {
  const answer = await fetch(baseUrl).catch(() => undefined);
  if (answer)
    throw new Error(`Something already answers at ${baseUrl}: end it, or choose another port, as in PORT=8788.`);
}

async function becomeReady(child: ChildProcess, baseUrl: string, keyPath: string) {
  for (const deadlineMs = Date.now() + START_WITHIN_MS; Date.now() < deadlineMs; await setTimeout(POLL_MS)) {
    if (child.exitCode !== null) throw new Error(`The service ended with exit code ${child.exitCode}.`);
    const apiKey = (await readFile(keyPath, 'utf8').catch(() => '')).trim();
    const laurel = new Laurel({ baseUrl, apiKey });
    const health = await laurel.health({ signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => undefined);
    if (apiKey && health?.engine) return { laurel, apiKey };
  }
  throw new Error(`The service was not ready within ${START_WITHIN_MS / 1000} s.`);
}
