import { afterEach, expect, test } from 'vitest';
import { Laurel } from '../client.ts';
import { json, startScriptedServer } from '../testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

test('rules of retention are read and set by the id of the project', async () => {
  const rules = { job_logs_days: 90, shadow_scores_days: null, unused_datasets_days: null, audit_days: null };
  const server = await startScriptedServer([json(200, rules)]);
  close = server.close;
  const { projects } = new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret' });
  expect(await projects.retention('proj_1')).toEqual(rules);
  await projects.setRetention('proj_1', { job_logs_days: 90 });
  expect(server.seen).toMatchObject([
    { method: 'GET', path: '/v1/projects/proj_1/retention' },
    { method: 'PUT', path: '/v1/projects/proj_1/retention', body: '{"job_logs_days":90}' },
  ]);
});
