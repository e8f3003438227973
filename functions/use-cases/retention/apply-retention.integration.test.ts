import { type JobSpec, newId, retention } from '@laurel/contracts';
import { auditEntries, datasets, jobs, openDatabase, organisations, projects } from '@laurel/storage';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../../../tests/real-parts/start-postgres.ts';
import type { Context } from '../../context.ts';
import { pretrain } from '../../testing/fixtures.ts';
import { findDatasets } from '../jobs/find-inputs.ts';
import { applyRetention } from './apply-retention.ts';
import { letGoDatasets } from './let-go-datasets.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let postgres: Postgres;
let context: Context;
let close: () => Promise<void>;
beforeAll(async () => {
  postgres = await startPostgres();
  const database = await openDatabase({ url: postgres.url });
  close = database.close;
  const log = { error: ({ err }: { err: unknown }) => Promise.reject(err) };
  const artifacts = { delete: async () => {} };
  context = { db: database.db, artifacts, now: () => new Date(), log } as unknown as Context;
});
afterAll(async () => {
  await close();
  await postgres.stop();
});

/** A project whose rules let everything go, with a dataset of long ago. */
async function makeProject() {
  const { db } = context;
  const [organisationId, projectId, dataset] = [newId('org'), newId('proj'), newId('ds')];
  await db.insert(organisations).values({ id: organisationId, name: 'o' });
  const rules = retention.parse({ job_logs_days: 1, shadow_scores_days: 1, unused_datasets_days: 1, audit_days: 90 });
  await db.insert(projects).values({ id: projectId, organisationId, name: 'p', retention: rules });
  const readyAt = new Date(Date.now() - 2 * DAY_MS);
  await db.insert(datasets).values({ id: dataset, projectId, kind: 'text', name: 'd', state: 'ready', readyAt });
  return { projectId, dataset };
}

test('a dataset that a job names while it is about to go stays', async () => {
  const { projectId, dataset } = await makeProject();
  const { db } = context;
  const spec = pretrain(dataset) as JobSpec;
  const waiting = async () => db.$count(sql`pg_locks`, sql`not granted`);
  let deletion: Promise<boolean> | undefined;
  await db.transaction(async (tx) => {
    expect([...(await findDatasets({ db: tx }, projectId, spec)).keys()]).toEqual([dataset]);
    deletion = letGoDatasets(context, projectId); // which sees no job yet, and waits
    await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
    await tx.insert(jobs).values({ id: newId('job'), projectId, type: 'pretrain', spec });
  });
  await deletion;
  expect(await db.select({ id: datasets.id, state: datasets.state }).from(datasets)).toEqual([
    { id: dataset, state: 'ready' },
  ]);
});

test('several servers that sweep at once let the same things go once', async () => {
  const { projectId } = await makeProject();
  const { db } = context;
  const at = new Date(Date.now() - 100 * DAY_MS);
  const entries = Array.from({ length: 2500 }, () => ({
    id: newId('aud'),
    projectId,
    operation: 'x',
    status: 200,
    at,
  }));
  await db.insert(auditEntries).values(entries);
  await Promise.all(Array.from({ length: 4 }, () => applyRetention(context)));
  const left = await db.select({ operation: auditEntries.operation, key: auditEntries.keyId }).from(auditEntries);
  expect(left).toEqual([{ operation: 'datasets.delete', key: null }]);
});
