import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { serveHealth, serveScoreAnswer } from '@laurel/contracts';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portableEngine } from './testing/portable-engine.ts';
import { tinyModels } from './testing/tiny-models.ts';

const token = 'serving-token';
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const entry = fileURLToPath(new URL('./serve.ts', import.meta.url));

let folder: string;
let child: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(env: Record<string, string> = {}): ChildProcess {
  child = spawn(process.execPath, ['--import', tsx, entry], {
    env: {
      PATH: process.env.PATH,
      LAUREL_SERVE_TOKEN: token,
      LAUREL_ARTIFACTS: folder,
      LAUREL_ENGINE: 'javascript',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return child;
}

/** The address that the server prints as its first line. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('stdout is a pipe');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
}

describe('serve.ts', () => {
  it('tells its port, scores over HTTP, and ends when its parent goes', async () => {
    const { kernels } = await portableEngine();
    const { rewardModel } = await tinyModels(kernels, new FolderArtifactStore(folder));
    const url = await addressOf(start());
    const headers = { authorization: `Bearer ${token}` };
    const health = serveHealth.parse(await (await fetch(`${url}/health`, { headers })).json());
    expect(health).toEqual({ engine: 'javascript', precision: 'float32', loaded_models: 0 });

    const items = [{ prompt: { head: '', post: 'the dog sees a cat', tail: '' }, completions: ['a dog'] }];
    const body = JSON.stringify({ model: rewardModel, truncation: 'post', items });
    const response = await fetch(`${url}/score`, { method: 'POST', headers, body });
    expect(serveScoreAnswer.parse(await response.json()).items).toHaveLength(1);

    child.stdin?.end(); // as the end of the parent does
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(0);
  });

  it('says that a port is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as { port: number };
    let log = '';
    start({ PORT: String(port) }).stderr?.on('data', (chunk) => (log += chunk));
    const [exitCode] = await once(child, 'close');
    occupant.close();
    expect(exitCode).toBe(1);
    expect(log).toContain(`Cannot listen on 127.0.0.1:${port}`);
  });

  it('names what is missing from its environment', async () => {
    let log = '';
    start({ LAUREL_SERVE_TOKEN: '' }).stderr?.on('data', (chunk) => (log += chunk));
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(2);
    expect(log).toContain('LAUREL_SERVE_TOKEN');
  });
});
