import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goProgram } from './go-program.ts';
import { freePort, stopServer, untilAnswering } from './server.ts';

const VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';

/** A server that speaks S3's protocol, signatures checked, with one empty bucket. `stop` removes all of it. */
export interface S3 {
  bucket: string;
  /** What the AWS SDK and `artifactStoreFromEnv` need to reach it. */
  env: { S3_ENDPOINT: string; AWS_REGION: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  stop(): Promise<void>;
}

/** Starts versitygw on a folder. The first call on a machine builds it, which takes minutes. */
export async function startS3(): Promise<S3> {
  const program = await goProgram(VERSITYGW);
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
