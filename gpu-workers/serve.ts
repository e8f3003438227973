/**
 * Scores and generates over HTTP, as packages/contracts/serving.ts says. The environment:
 *
 *   LAUREL_SERVE_TOKEN         what callers must send as bearer token
 *   LAUREL_ARTIFACTS           the artifact store, a folder or s3://bucket/prefix
 *   HOST, PORT                 where to listen; 127.0.0.1 and a free port by default
 *   LAUREL_SERVE_MODEL_BYTES   memory for models' weights; 2 GiB by default
 *   LAUREL_SERVE_IDLE_SECONDS  a model that is not asked for this long leaves the memory; 15 minutes by default
 *
 * Prints `{"port": N}` on stdout once it listens; its log goes to stderr. When it is asked to end, or the process that started it
 * has gone, it answers what is in line and takes nothing more. Exit codes: 0 it was asked to end; 2 the environment is incomplete;
 * 1 it cannot listen.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { readEnvironment } from './read-environment.ts';
import { createServeApp } from './serve/app.ts';
import { drain } from './serve/drain.ts';
import { EngineServing } from './serve/engine-serving.ts';
import { EngineThread } from './serve/engine-thread.ts';
import { ServingMetrics } from './serve/serving-metrics.ts';
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
    LAUREL_SERVE_IDLE_SECONDS: z.coerce.number().positive().default(900),
  }),
);
const log = pino(destination(process.stderr.fd));

const metrics = new ServingMetrics();
const ending = new AbortController();
const idleMs = environment.LAUREL_SERVE_IDLE_SECONDS * 1000;
const thread = await EngineThread.start({ maxModelBytes: environment.LAUREL_SERVE_MODEL_BYTES, idleMs }, (error) => {
  log.fatal({ err: error }, 'the engine ended');
  process.exit(1);
});
const serving = new EngineServing({ computing: thread, engine: thread.engine, idleMs, metrics });
const token = environment.LAUREL_SERVE_TOKEN;
const app = createServeApp({ serving, metrics, token, log, ending: ending.signal });
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
  ending.abort();
  drain(server);
}
stopWithParent(stop);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
