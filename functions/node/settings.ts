import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { serveHealth } from '@laurel/contracts';
import type { DatabaseLocation } from '@laurel/storage';
import { z } from 'zod';
import type { Context } from '../context.ts';

/** How the service runs on this machine. */
export interface Settings {
  host: string;
  port: number;
  /** Holds the database and artifacts, unless they are elsewhere, and always the key and the logs. */
  dataFolder: string;
  database: DatabaseLocation;
  /** An absolute folder, or `s3://bucket/prefix`. */
  artifacts: string;
  /** Whose pages may call the API from browsers. */
  origins: string[];
  /** What an hour of a worker costs; 0 where nobody has said it. */
  workerUsdPerHour: number;
  limits: Context['limits'];
  /** Lets webhooks go to this machine itself, by http. */
  allowsLoopbackWebhooks: boolean;
}

const isOrigin = (url: string) => URL.canParse(url) && new URL(url).origin === url;

/** `https://console.example.com,http://localhost:5173` */
export const origins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every(isOrigin), 'must be origins such as https://a.example, with commas between');

const perMinute = z.coerce.number('must be a whole number greater than 0').int().positive();

/** The limits of the API; more than one machine answers in a minute, unless somebody says otherwise. */
export const limitVariables = {
  LAUREL_REQUESTS_PER_MINUTE: perMinute.default(60_000),
  LAUREL_WRONG_KEYS_PER_MINUTE: perMinute.default(600),
};

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number from 0 to 65535').int().min(0).max(65_535).default(8787),
  LAUREL_DATA: z.string().optional(),
  LAUREL_ARTIFACTS: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  LAUREL_ORIGINS: origins.default([]),
  LAUREL_WORKER_USD_PER_HOUR: z.coerce.number('must be a number of 0 or more').min(0).default(0),
  ...limitVariables,
  LAUREL_LOOPBACK_WEBHOOKS: z.stringbool('must be true or false').default(false),
  // The workers', which would end in a log that nobody watches: the engine at every start, a job once it has begun.
  LAUREL_ENGINE: serveHealth.shape.engine.optional(),
  LAUREL_PRECISION: serveHealth.shape.precision.optional(),
  LAUREL_MEMORY_GB: z.coerce.number('must be a number greater than 0').positive().optional(),
  LAUREL_CHECKPOINT_SECONDS: z.coerce.number('must be a number of 0 or more').min(0).optional(),
});

/**
 * Reads what is in `node.ts`, and checks what the workers will read. An empty one counts as not set.
 *
 * @throws {Error} naming the wrong one
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const { HOST, PORT, LAUREL_DATA, LAUREL_ARTIFACTS, DATABASE_URL } = parsed.data;
  const dataFolder = resolve(LAUREL_DATA ?? join(homedir(), '.laurel'));
  const artifacts = LAUREL_ARTIFACTS ?? join(dataFolder, 'artifacts');
  return {
    host: HOST,
    port: PORT,
    dataFolder,
    database: DATABASE_URL ? { url: DATABASE_URL } : { folder: join(dataFolder, 'database') },
    artifacts: artifacts.startsWith('s3://') ? artifacts : resolve(artifacts),
    origins: parsed.data.LAUREL_ORIGINS,
    workerUsdPerHour: parsed.data.LAUREL_WORKER_USD_PER_HOUR,
    limits: {
      requestsPerMinute: parsed.data.LAUREL_REQUESTS_PER_MINUTE,
      wrongKeysPerMinute: parsed.data.LAUREL_WRONG_KEYS_PER_MINUTE,
    },
    allowsLoopbackWebhooks: parsed.data.LAUREL_LOOPBACK_WEBHOOKS,
  };
}
