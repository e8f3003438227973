import { afterEach, expect, test } from 'vitest';
import { Laurel } from '../client.ts';
import { json, startScriptedServer } from '../testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

test('a key is rotated, changed and revoked by its id', async () => {
  const server = await startScriptedServer([json(200, { id: 'key_1', secret: 'lk_new' })]);
  close = server.close;
  const { keys } = new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret' });
  expect((await keys.rotate('key_1', { overlap_seconds: 0 })).secret).toBe('lk_new');
  await keys.update('key_1', { expires_at: null });
  await keys.revoke('key_1');
  expect(server.seen).toMatchObject([
    { method: 'POST', path: '/v1/keys/key_1/rotate?overlap_seconds=0' },
    { method: 'PATCH', path: '/v1/keys/key_1', body: '{"expires_at":null}' },
    { method: 'DELETE', path: '/v1/keys/key_1' },
  ]);
});
