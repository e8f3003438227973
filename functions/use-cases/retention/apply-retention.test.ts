import { newId, type Retention, retention } from '@laurel/contracts';
import { auditEntries, datasets, jobEvents, jobMetrics, projects, shadowScores } from '@laurel/storage';
import { asc, eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { sweep } from '../jobs/sweep.ts';
import { applyRetention } from './apply-retention.ts';
import { letGoDatasets } from './let-go-datasets.ts';
import { letGoEvents } from './let-go-rows.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(() => api.close());

/** As the route does, an hour and more ago. */
const rule = (rules: Partial<Retention>, projectId = api.projects.mine) =>
  api.context.db
    .update(projects)
    .set({ retention: retention.parse(rules), retainedAt: null })
    .where(eq(projects.id, projectId));

const pass = (days: number) => {
  api.clock.nowMs += days * DAY_MS + 1;
};

const datasetIds = async () =>
  (await api.context.db.select({ id: datasets.id }).from(datasets).orderBy(asc(datasets.id))).map(({ id }) => id);

const seqs = async (jobId: string) =>
  (
    await api.context.db
      .select({ seq: jobEvents.seq })
      .from(jobEvents)
      .where(eq(jobEvents.jobId, jobId))
      .orderBy(jobEvents.seq)
  ).map(({ seq }) => seq);

const addPoints = (jobId: string, points: number) =>
  api.context.db.execute(sql`
    insert into job_metrics (job_id, name, step, value) select ${jobId}, 'loss', n, 1 from generate_series(1, ${points}::int) as n`);

/** A job that failed, with settings, so many lines of log and as many points of a curve. */
async function failedJob(lines: number): Promise<string> {
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await worker('claim');
  const settings = { type: 'settings', data: { learning_rate: 1 } };
  const said = await worker('events', { events: [settings] });
  expect(said.status, await said.text()).toBe(204);
  await api.context.db.execute(sql`
    insert into job_events (job_id, seq, type, data, at)
    select ${id}, (select max(seq) from job_events where job_id = ${id}) + n, 'log', '{"stream": "stdout", "text": "x"}', now()
    from generate_series(1, ${lines}::int) as n`);
  await addPoints(id, lines);
  const failed = await worker('fail', { code: 'c', detail: 'd', retryable: false });
  expect(failed.status, await failed.text()).toBe(204);
  return id;
}

test("an ended job's log goes but for its last event and its settings, and one that is retried is numbered on", async () => {
  const id = await failedJob(3);
  const all = await seqs(id);
  const last = all.at(-1) as number;
  await rule({ job_logs_days: 30 });
  pass(29);
  await applyRetention(api.context);
  expect(await seqs(id)).toEqual(all);
  pass(1);
  await rule({ job_logs_days: 30 });
  await applyRetention(api.context);
  const events = (await (await api.call('GET', `/v1/jobs/${id}/events`)).json()).data;
  expect(events).toMatchObject([{ type: 'settings' }, { id: String(last), type: 'state', data: { state: 'failed' } }]);
  expect((await (await api.call('GET', `/v1/jobs/${id}/metrics`)).json()).data).toEqual([]);
  expect(await (await api.call('GET', `/v1/jobs/${id}`)).json()).toMatchObject({
    state: 'failed',
    error: { code: 'c' },
  });
  expect((await api.call('POST', `/v1/jobs/${id}/retry`)).status).toBe(202);
  expect((await seqs(id)).at(-1)).toBe(last + 1);
});

test('a job that has not ended keeps its log, and so does one of a project without a rule', async () => {
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await worker('claim');
  const ended = await failedJob(1);
  const all = [await seqs(id), await seqs(ended)];
  await rule({ job_logs_days: 1 }, api.projects.others);
  pass(1000);
  await applyRetention(api.context);
  await rule({ job_logs_days: null, audit_days: 90 });
  await applyRetention(api.context);
  expect([await seqs(id), await seqs(ended)]).toEqual(all);
  await rule({ job_logs_days: 1 });
  await applyRetention(api.context);
  expect(await seqs(id)).toEqual(all[0]);
});

test('a kill between two batches loses nothing that stays, and the next sweep goes on', async () => {
  const id = await failedJob(1500);
  const all = await seqs(id);
  const [settings] = (await (await api.call('GET', `/v1/jobs/${id}/events?type=settings`)).json()).data;
  const stay = [Number(settings.id), all.at(-1)];
  await rule({ job_logs_days: 1 });
  pass(2);
  expect(await letGoEvents(api.context, api.projects.mine)).toBe(true);
  const left = await seqs(id);
  expect(left).toHaveLength(all.length - 1000);
  expect(left).toEqual(expect.arrayContaining(stay));

  // One that is killed within a batch: the database takes the batch back.
  const { db } = api.context;
  await expect(
    db.transaction(async (tx) => {
      await letGoEvents({ ...api.context, db: tx }, api.projects.mine);
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await seqs(id)).toEqual(left);

  await sweep(api.context);
  expect(await seqs(id)).toEqual(stay);
  expect(await db.$count(jobMetrics)).toBe(0);
});

test('a sweep does no more than so many batches, and another one the rest', async () => {
  await failedJob(20_500); // of whose log 20,501 events go, and of whose curve 20,500 points
  await rule({ job_logs_days: 1 });
  pass(2);
  const left = () => Promise.all([api.context.db.$count(jobEvents), api.context.db.$count(jobMetrics)]);
  await applyRetention(api.context);
  expect((await left())[1]).toBe(20_500);
  await applyRetention(api.context);
  await applyRetention(api.context);
  expect(await left()).toEqual([2, 0]);
}, 30_000);

test('audit entries go when the rule and the database say that they are old enough, and only then', async () => {
  const projectId = api.projects.mine;
  const add = (operation: string, days: number, of = projectId) => {
    const at = new Date(Date.now() - days * DAY_MS);
    return api.context.db.insert(auditEntries).values({ id: newId('aud'), projectId: of, operation, status: 200, at });
  };
  await add('old', 91);
  await add('young', 89);
  await add('others', 91, api.projects.others);
  await rule({ audit_days: 90 });
  await applyRetention(api.context);
  const kept = await api.context.db.select({ operation: auditEntries.operation }).from(auditEntries);
  expect(kept.map(({ operation }) => operation).toSorted()).toEqual(['others', 'young']);
});

test('shadow scores go by their age', async () => {
  const version = await trainModel(api, pretrain(await upload(api, 'text')), 'base');
  const { id: endpointId } = await (
    await api.call('POST', '/v1/endpoints', { json: { name: 'e', model_version: version } })
  ).json();
  const score = { endpointId, requestId: 'r', answeredBy: 1, shadowVersion: 2, completions: 1, choices: 0 };
  const none = { meanDifference: 0, largestDifference: 0, samePreferred: 0 };
  const at = (days: number) => new Date(api.clock.nowMs - days * DAY_MS);
  await api.context.db.insert(shadowScores).values([
    { id: 'old', ...score, ...none, createdAt: at(8) },
    { id: 'young', ...score, ...none, createdAt: at(6) },
  ]);
  await rule({ shadow_scores_days: 7 });
  await applyRetention(api.context);
  expect((await api.context.db.select().from(shadowScores)).map(({ id }) => id)).toEqual(['young']);
});

test('datasets that nothing names go with a receipt and an entry; those that something names stay', async () => {
  const [text, demonstrations, comparisons, spare, others] = [
    await upload(api, 'text'),
    await upload(api, 'demonstrations'),
    await upload(api, 'comparisons'),
    await upload(api, 'comparisons'), // the same rows as those that stay
    await upload(api, 'text', api.keys.others),
  ];
  const base = await trainModel(api, pretrain(text), 'base');
  const pipeline = { name: 'p', base, demonstrations, comparisons, held_out: demonstrations };
  const headers = { 'idempotency-key': 'p' };
  expect((await api.call('POST', '/v1/pipelines', { json: pipeline, headers })).status).toBe(202);
  const first = await upload(api, 'text');
  const body = '{"text":"More."}\n';
  const ndjson = { 'content-type': 'application/x-ndjson' };
  const appended = await api.call('POST', `/v1/datasets/${first}/append`, { body, headers: ndjson });
  const second = (await appended.json()).id;
  await rule({ unused_datasets_days: 30 });
  pass(29);
  await applyRetention(api.context);
  expect(await datasetIds()).toHaveLength(7);
  pass(1);
  const young = await upload(api, 'text');
  await rule({ unused_datasets_days: 30 });
  await applyRetention(api.context);
  expect(await datasetIds()).toEqual([text, demonstrations, comparisons, others, first, young].toSorted());

  const receipts = (await (await api.call('GET', '/v1/dataset-deletions')).json()).data;
  expect(receipts.map(({ dataset }: { dataset: { id: string } }) => dataset.id).toSorted()).toEqual(
    [spare, second].toSorted((a, b) => a.localeCompare(b)),
  );
  const entries = await api.call('GET', `/v1/audit-entries?operation=datasets.delete&object=${spare}`);
  expect((await entries.json()).data).toMatchObject([{ operation: 'datasets.delete', key: null, status: 200 }]);
  expect((await api.call('GET', `/v1/datasets/${comparisons}/export`)).status).toBe(200);

  pass(1); // of the versions the later one has gone, so nothing stands on the earlier one
  await applyRetention(api.context);
  expect(await datasetIds()).not.toContain(first);
});

test('a dataset that comes into use, or is deleted, while others go is left as it is', async () => {
  const [used, deleted] = [await upload(api, 'text'), await upload(api, 'demonstrations')];
  await rule({ unused_datasets_days: 1 });
  pass(2);
  const { db } = api.context;
  let begun = false;
  // The first transaction is that of a deletion: before it begins, others are faster.
  const raced = new Proxy(db, {
    get(target, name) {
      if (name !== 'transaction') return Reflect.get(target, name);
      return async (...work: Parameters<typeof db.transaction>) => {
        if (!begun) {
          begun = true;
          await launchJob(api, pretrain(used));
          await api.call('DELETE', `/v1/datasets/${deleted}`);
        }
        return db.transaction(...work);
      };
    },
  });
  expect(await letGoDatasets({ ...api.context, db: raced }, api.projects.mine)).toBe(false);
  expect(await datasetIds()).toEqual([used]);
  expect((await (await api.call('GET', '/v1/dataset-deletions')).json()).data).toHaveLength(1);
  expect((await (await api.call('GET', '/v1/audit-entries?operation=datasets.delete')).json()).data).toHaveLength(1);
});

test('a deletion that was killed midway is ended by the next sweep, and one project does not stop another', async () => {
  const [mine, others] = [await upload(api, 'text'), await upload(api, 'text', api.keys.others)];
  await rule({ unused_datasets_days: 1 });
  await rule({ unused_datasets_days: 1 }, api.projects.others);
  pass(2);
  const { artifacts } = api.context;
  const failing = new Proxy(artifacts, {
    get: (target, name) =>
      name === 'delete'
        ? async (key: string) => {
            if (key.includes(mine)) throw new Error('killed');
            await target.delete(key);
          }
        : Reflect.get(target, name).bind(target),
  });
  await applyRetention({ ...api.context, artifacts: failing });
  expect(await datasetIds()).toEqual([mine]);
  expect((await api.call('GET', `/v1/datasets/${mine}`)).status).toBe(404);
  expect(await datasetIds()).not.toContain(others);
  await sweep(api.context);
  expect(await datasetIds()).toEqual([]);
  expect(await artifacts.list('datasets/')).toEqual([]);
});

test('rules are applied once an hour, and first an hour after they were set', async () => {
  const dataset = await upload(api, 'text');
  pass(2);
  const path = `/v1/projects/${api.projects.mine}/retention`;
  await api.call('PUT', path, { json: { unused_datasets_days: 1 } });
  api.clock.nowMs += HOUR_MS - 1;
  await applyRetention(api.context);
  expect(await datasetIds()).toEqual([dataset]);
  api.clock.nowMs += 2;
  await applyRetention(api.context);
  expect(await datasetIds()).toEqual([]);
});
