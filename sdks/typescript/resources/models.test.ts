import { afterEach, expect, test } from 'vitest';
import { Laurel } from '../client.ts';
import { json, type Reply, startScriptedServer } from '../testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

async function serve(...replies: Reply[]) {
  const server = await startScriptedServer(replies);
  close = server.close;
  return { ...server, laurel: new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret' }) };
}

test('a file of a model is put as it is', async () => {
  const { laurel, seen } = await serve(json(200, { id: 'up_1', files: {} }));
  await laurel.modelUploads.putFile('up_1', 'config.json', new Blob(['{}']));
  expect(seen[0]).toMatchObject({ method: 'PUT', path: '/v1/model-uploads/up_1/files/config.json', body: '{}' });
  expect(seen[0]?.headers['content-type']).toBe('application/octet-stream');
});

test('a download is a stream, from where the last one broke off', async () => {
  const { laurel, seen } = await serve(
    json(200, { data: [{ name: 'config.json', sha256: 'x', size_bytes: 4 }] }),
    (response) => response.writeHead(206).end('cd'),
  );
  expect(await laurel.models.files('mv_1')).toEqual([{ name: 'config.json', sha256: 'x', size_bytes: 4 }]);
  const stream = await laurel.models.download('mv_1', 'config.json', { from: 2 });
  expect(await new Response(stream).text()).toBe('cd');
  expect(seen[1]).toMatchObject({ path: '/v1/model-versions/mv_1/files/config.json' });
  expect(seen[1]?.headers.range).toBe('bytes=2-');
});

test('an alias is put under its model, and taken for a version', async () => {
  const { laurel, seen } = await serve(json(200, { alias: 'production' }));
  await laurel.models.moveAlias('reward', 'production', { model_version: 'mv_1', reason: 'better' });
  await laurel.models.annotate('reward@production', { tags: ['june'] });
  await laurel.models.lineage('reward@production', { depth: 2 });
  await laurel.models.compareScores('reward@production', 'mv_2', { dataset: 'ds_1' });
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'PUT /v1/models/reward/aliases/production',
    'PATCH /v1/model-versions/reward@production',
    'GET /v1/model-versions/reward@production/lineage?depth=2',
    'POST /v1/model-versions/reward@production/comparison/mv_2/scores',
  ]);
});
