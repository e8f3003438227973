/**
 * `npm start`: the service on this machine. The environment, all of it optional:
 *
 *   PORT, HOST         where to listen; 8787 on 127.0.0.1
 *   LAUREL_DATA        the data folder; ~/.laurel
 *   DATABASE_URL       postgres://…; a database in the data folder
 *   LAUREL_ARTIFACTS   a folder or s3://bucket/prefix (S3_ENDPOINT for another server); a folder in the data folder
 *   LAUREL_ORIGINS     origins whose pages may call the API from browsers, with commas between; none
 *   LAUREL_WORKER_USD_PER_HOUR   what an hour of training costs here, for estimates and max_cost_usd; unknown by default
 *   LAUREL_REQUESTS_PER_MINUTE, LAUREL_WRONG_KEYS_PER_MINUTE   how often one project may ask, and one address with wrong keys; 60000, 600
 *   LAUREL_LOOPBACK_WEBHOOKS   true lets webhooks go to this machine itself, by http (docs/webhooks.md); false
 *   LAUREL_IMPORT_FOLDER, LAUREL_IMPORT_S3, HF_ENDPOINT, HF_TOKEN   from where models may be imported (docs/importing.md)
 *
 * Ends in order on SIGINT and SIGTERM. Exit codes: 0 it was asked to end; 1 it could not start, and says why.
 */
import { setTimeout } from 'node:timers/promises';
import { type Service, startService } from './node/service.ts';
import { readSettings } from './node/settings.ts';

const ENGINE_POLL_MS = 250;

async function main(): Promise<void> {
  const service = await startService(readSettings(process.env), process.env);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort();
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
  console.log(`Laurel is at ${service.url}`);
  if (service.key.isNew)
    console.log(`Your key, shown this once and kept in ${service.key.path}: ${service.key.secret}`);
  else console.log(`Your key is in ${service.key.path}`);
  await announceEngine(service, stopping.signal);
}

async function announceEngine({ context }: Service, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const health = await context.serving.health();
    if (health) return console.log(`Engine: ${health.engine}, ${health.precision}`);
    await setTimeout(ENGINE_POLL_MS);
  }
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
