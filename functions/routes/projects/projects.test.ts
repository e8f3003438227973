import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const read = async (path: string, key?: string) => (await api.call('GET', path, { ...(key && { key }) })).json();
const make = async (path: string, json: object, key?: string) =>
  (await api.call('POST', path, { json, ...(key && { key }) })).json();

test('a new project comes with a key of its own, which sees nothing else', async () => {
  const { id, secret } = await make('/v1/projects', { name: 'new' });
  expect((await read('/v1/projects', secret)).data).toMatchObject([{ id, name: 'new' }]);
  const answer = await api.call('POST', '/v1/projects', { json: { name: 'newer' }, key: secret });
  expect(answer.status).toBe(403);
});

test("an organisation's key sees its projects, and no other organisation's", async () => {
  const ids = (await read('/v1/projects')).data.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining([api.projects.mine, api.projects.others]));
  const foreign = (await read('/v1/projects', api.keys.foreign)).data;
  expect(foreign).toHaveLength(1);
  expect(ids).not.toContain(foreign[0].id);
  const first = await read('/v1/projects?limit=1');
  expect(first.has_more).toBe(true);
  expect((await read(`/v1/projects?limit=1&after=${first.last_id}`)).data[0].id < first.last_id).toBe(true);
});

test("a project's key finds its organisation", async () => {
  const { organisation } = await read(`/v1/projects/${api.projects.others}`, api.keys.others);
  expect(await read(`/v1/organisations/${organisation}`, api.keys.others)).toMatchObject({ name: 'mine' });
});

test("an organisation's key makes keys for its projects, and sees and ends those that they have made", async () => {
  const { id, project, secret } = await make('/v1/keys', { name: 'k', role: 'admin', project: api.projects.others });
  expect(project).toBe(api.projects.others);
  expect((await read('/v1/projects', secret)).data).toMatchObject([{ id: api.projects.others }]);
  const theirs = await make('/v1/keys', { name: 'k', role: 'viewer' }, secret);
  const listed = (await read(`/v1/keys?project=${api.projects.others}`)).data.map((key: { id: string }) => key.id);
  expect(listed).toEqual(expect.arrayContaining([id, theirs.id]));
  expect((await api.call('DELETE', `/v1/keys/${theirs.id}`)).status).toBe(204);
  const foreign = (await read('/v1/projects', api.keys.foreign)).data[0].id;
  for (const [key, project] of [
    [api.keys.mine, foreign],
    [api.keys.others, api.projects.mine],
  ]) {
    const answer = await api.call('POST', '/v1/keys', { json: { name: 'k', role: 'viewer', project }, key });
    expect(answer.status).toBe(404);
  }
});
