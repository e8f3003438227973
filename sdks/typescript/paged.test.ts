import { afterEach, expect, test } from 'vitest';
import { Laurel } from './client.ts';
import { collect } from './testing/collect.ts';
import { json, startScriptedServer } from './testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

async function serveThree() {
  const page = (ids: string[], more: boolean) =>
    json(200, {
      data: ids.map((id) => ({ id })),
      has_more: more,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
    });
  const server = await startScriptedServer([page(['job_3', 'job_2'], true), page(['job_1'], false)]);
  close = server.close;
  return { ...server, laurel: new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret' }) };
}

test('iterating fetches page after page', async () => {
  const { laurel, seen } = await serveThree();
  const jobs = await collect(laurel.jobs.list({ limit: 2 }));
  expect(jobs.map(({ id }) => id)).toEqual(['job_3', 'job_2', 'job_1']);
  expect(seen.map(({ path }) => path)).toEqual(['/v1/jobs?limit=2', '/v1/jobs?limit=2&after=job_2']);
});

test('a loop that ends early fetches no more than it read', async () => {
  const { laurel, seen } = await serveThree();
  for await (const job of laurel.jobs.list()) {
    expect(job.id).toBe('job_3');
    break;
  }
  expect(seen).toHaveLength(1);
});

test('one page can be had alone', async () => {
  const { laurel, seen } = await serveThree();
  const page = await laurel.jobs.list().page('job_9');
  expect(page).toMatchObject({ has_more: true, last_id: 'job_2' });
  expect(seen[0]?.path).toBe('/v1/jobs?after=job_9');
});
