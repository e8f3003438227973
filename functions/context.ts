import type { Database, JobLauncher } from '@laurel/storage';
import type { ArtifactStore } from '@laurel/storage/artifacts';
import type { Logger } from 'pino';
import type { Background } from './background.ts';
import type { Recent } from './recent.ts';
import type { Serving } from './serving/serving.ts';
import type { BlockReader } from './uploads/read-block.ts';
import type { UsageMeter } from './usage/usage-meter.ts';
import type { WebhookClient } from './webhooks/webhook-client.ts';

/** All that the use cases reach the world through. They know no HTTP and no environment. */
export interface Context {
  db: Database;
  databaseKind: 'pglite' | 'postgresql';
  artifacts: ArtifactStore;
  launcher: JobLauncher;
  serving: Serving;
  readBlock: BlockReader;
  background: Background;
  recent: Recent;
  webhooks: WebhookClient;
  usage: UsageMeter;
  /** Where workers reach this API, such as `http://127.0.0.1:8787`. */
  apiUrl: string;
  /** A launched job that no worker has claimed for this long is launched again. */
  startWithinMs: number;
  /** Jobs of one project that have a worker at the same time. */
  jobsPerProject: number;
  /** What one worker's machine costs, 0 where nobody has said it, and about how fast it is. */
  worker: { usdPerHour: number; flopsPerSecond: number };
  /** What a project may ask, and how many wrong keys one address may try. */
  limits: { requestsPerMinute: number; wrongKeysPerMinute: number };
  /** A stream of events that has gone on for this long ends, and its reader asks for what follows. */
  longestStreamMs: number;
  now: () => Date;
  log: Logger;
}
