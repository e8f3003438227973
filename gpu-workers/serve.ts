/**
 * Scores and generates over HTTP, as packages/contracts/serving.ts says. The environment:
 *
 *   LAUREL_SERVE_TOKEN         what callers must send as bearer token
 *   LAUREL_ARTIFACTS           the artifact store, a folder or s3://bucket/prefix
 *   HOST, PORT                 where to listen; 127.0.0.1 and a free port by default
 *   LAUREL_SERVE_MODEL_BYTES   memory for models' weights; 2 GiB by default
 *
 * Prints `{"port": N}` on stdout once it listens; its log goes to stderr. Ends when the process that started it has gone.
 * Exit codes: 0 it was asked to end; 2 the environment is incomplete; 1 it cannot listen.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { artifactStoreFromEnv } from '@laurel/storage/artifacts';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { loadEngine } from './engine/native.ts';
import { readEnvironment } from './read-environment.ts';
import { createServeApp } from './serve/app.ts';
import { EngineServing } from './serve/engine-serving.ts';
import { stopWithParent } from './serve/stop-with-parent.ts';

const environment = readEnvironment(
  z.object({
    LAUREL_SERVE_TOKEN: z.string().min(1),
    LAUREL_ARTIFACTS: z.string().min(1),
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    LAUREL_SERVE_MODEL_BYTES: z.coerce
      .number()
      .int()
      .positive()
      .default(2 * 1024 ** 3),
  }),
);
const log = pino(destination(process.stderr.fd));

const serving = new EngineServing({
  engine: await loadEngine(),
  store: artifactStoreFromEnv(process.env),
  maxModelBytes: environment.LAUREL_SERVE_MODEL_BYTES,
});
const app = createServeApp({ serving, token: environment.LAUREL_SERVE_TOKEN, log });
const server = serve(
  { fetch: app.fetch, hostname: environment.HOST, port: environment.PORT },
  ({ port }: AddressInfo) => {
    console.log(JSON.stringify({ port }));
  },
);
server.once('error', (error) => {
  log.fatal(`Cannot listen on ${environment.HOST}:${environment.PORT}: ${error.message}`);
  process.exit(1);
});

function stop(): void {
  server.close(() => process.exit(0));
}
stopWithParent(stop);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
