import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServeGenerateRequest, ServeLogProbsRequest, ServeScoreRequest } from '@laurel/contracts';
import { FolderArtifactStore, type Launch, openDatabase } from '@laurel/storage';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { Background } from '../background.ts';
import type { Context } from '../context.ts';
import { Recent } from '../recent.ts';
import { readBlock } from '../uploads/read-block.ts';
import { UsageMeter } from '../usage/usage-meter.ts';
import { authenticate } from '../use-cases/keys/authenticate.ts';
import { createOrganisation, createProject } from '../use-cases/projects/create-project.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import { copyEmptyDatabase } from './database-template.ts';

/** What a request of a test may differ in from a GET without a body. */
export interface Call {
  key?: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

export type TestApi = Awaited<ReturnType<typeof createTestApi>>;

/**
 * The API on a database and an artifact store of its own, with a clock to turn; a launcher that only notes what it is to
 * launch, and an engine whose score of a completion is its length, stand in for the worker.
 */
export async function createTestApi() {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-api-'));
  await copyEmptyDatabase(join(folder, 'database'));
  const database = await openDatabase({ folder: join(folder, 'database') });
  const launches: Launch[] = [];
  const log = pino({ enabled: false });
  const clock = { nowMs: Date.now() };
  const context: Context = {
    db: database.db,
    databaseKind: database.kind,
    artifacts: new FolderArtifactStore(join(folder, 'artifacts')),
    launcher: { freeSlots: () => 1 - launches.length, launch: async (launch) => void launches.push(launch) },
    serving: {
      score: async (request) => scoreByLength(request),
      logProbs: async (request) => logProbsByLength(request),
      generate: async (request) => echo(request),
      follow: (request) => tell(request),
      load: async () => {},
      health: async () => null,
    },
    background: new Background(log),
    recent: new Recent(() => new Date(clock.nowMs)),
    webhooks: new WebhookClient(true),
    usage: new UsageMeter({ db: database.db, now: () => new Date(clock.nowMs) }),
    readBlock: async (form, block) => readBlock(form, block),
    apiUrl: 'http://127.0.0.1:1',
    startWithinMs: 60_000,
    jobsPerProject: 100,
    worker: { usdPerHour: 1, flopsPerSecond: 1e9 },
    limits: { requestsPerMinute: 60_000, wrongKeysPerMinute: 600 },
    longestStreamMs: Number.POSITIVE_INFINITY,
    now: () => new Date(clock.nowMs),
    log,
  };
  const app = createApp(context);
  const mine = await createOrganisation(context, 'mine');
  const others = await createProject(context, await authenticate(context, mine.secret), 'others');
  const foreign = await createOrganisation(context, 'foreign');

  const call = (method: string, path: string, { key = mine.secret, json, body, headers }: Call = {}) =>
    app.request(path, {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
    });

  return {
    app,
    context,
    launches,
    clock,
    folder,
    call,
    /** `mine` is of the organisation, `others` of another project of it, `foreign` of another organisation. */
    keys: { mine: mine.secret, others: others.secret, foreign: foreign.secret },
    projects: { mine: mine.project.id, others: others.project.id },
    close: async () => {
      await context.background.stop();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

const scoreByLength = ({ items }: ServeScoreRequest) => ({
  items: items.map(({ completions }) =>
    completions.map(({ length }) => ({ raw: length, score: length - 1, tokens: length, truncated: false })),
  ),
});

const logProbsByLength = ({ items }: ServeLogProbsRequest) => ({
  items: items.map(({ completions }) => completions.map(({ length }) => ({ log_prob: -length, tokens: length }))),
});

async function* tell(request: ServeGenerateRequest) {
  const answer = echo(request);
  for (const [prompt, samples] of answer.prompts.entries()) {
    for (const [sample, { text }] of samples.entries()) yield { delta: { prompt, sample, text } };
  }
  yield { answer };
}

const echo = ({ prompts, n }: ServeGenerateRequest) => ({
  prompts: prompts.map(({ post }) =>
    Array.from({ length: n }, () => ({
      text: post,
      tokens: 1,
      prompt_tokens: post.length,
      finish_reason: 'stop' as const,
      log_prob: 0,
      truncated: false,
    })),
  ),
});
