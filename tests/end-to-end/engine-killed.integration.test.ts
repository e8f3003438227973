import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { doMainJob } from '../../scripts/demo/main-job.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';
import { tinyMaterial } from './tiny-material.ts';
import { enginesOf } from './worker-process.ts';

let home: Home;
let service: Service;
let endpoint: string;

beforeAll(async () => {
  home = await makeHome();
  service = await home.start();
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  endpoint = (await doMainJob(service.laurel, tinyMaterial(), 1).finally(() => log.mockRestore())).reward;
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await home?.remove();
});

async function score(): Promise<number> {
  const { items } = await service.laurel.endpoints.score(endpoint, {
    items: [{ prompt: 'A post.', completions: ['A summary.'] }],
  });
  return items[0]?.scores[0]?.score ?? Number.NaN;
}

const untilNoEngine = () => expect.poll(() => enginesOf(home.folder), { timeout: 10_000 }).toEqual([]);

test('scores asked for while the engine is killed arrive after its restart, by the retries of the SDK alone', async () => {
  const before = await score();
  const [engine] = await enginesOf(home.folder);
  const asked = Array.from({ length: 8 }, score);
  process.kill(engine ?? Number.NaN, 'SIGKILL');
  for (const after of [...(await Promise.all(asked)), await score()]) expect(after).toBeCloseTo(before, 4);
  const engines = await enginesOf(home.folder);
  expect(engines).toHaveLength(1);
  expect(engines).not.toContain(engine);
});

test('no engine outlives a server that is killed, nor one that is stopped', async () => {
  service.process.kill('SIGKILL');
  await service.ended;
  await untilNoEngine();
  service = await home.start();
  expect(await enginesOf(home.folder)).toHaveLength(1);
  await service.stop();
  expect(await enginesOf(home.folder)).toEqual([]);
});
