import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { doMainJob } from '../../scripts/demo/main-job.ts';
import { nextSteps } from '../../scripts/demo/next-steps.ts';
import type { Endpoints } from '../../scripts/demo/publish.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';
import { tinyMaterial } from './tiny-material.ts';

const material = tinyMaterial();
let home: Home;
let service: Service;
let endpoints: Endpoints;
let printed: string;

beforeAll(async () => {
  home = await makeHome();
  service = await home.start();
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    endpoints = await doMainJob(service.laurel, material, 1);
  } finally {
    printed = log.mock.calls.join('\n');
    log.mockRestore();
  }
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await home?.remove();
});

test('prints the accuracy of the reward model beside its baselines', () => {
  expect(printed).toMatch(/labels \(20\) +gold preference \(\d+\)/);
  for (const name of ['reward model', 'longer wins', 'best possible']) {
    expect(printed).toMatch(new RegExp(`${name} +\\d+\\.\\d % +\\d+\\.\\d %`));
  }
});

test('prints reward, gold score, KL and length of every way of summarising', () => {
  expect(printed).toMatch(/predicted reward +gold score .*KL from SFT \(nats\) +length \(tokens\)/);
  const number = '-?\\d+\\.\\d+';
  for (const name of ['reference', 'lead-3', 'sft', 'best-of-2', 'PPO']) {
    expect(printed).toMatch(
      new RegExp(`${name} +${number} +${number} ± ${number} +(≤ )?(${number}|–) +${number}`, 'i'),
    );
  }
});

test('the curl lines work as they are printed', async () => {
  const lines = nextSteps(service, endpoints, material)
    .split('\n')
    .filter((line) => line.startsWith('curl'));
  expect(lines).toHaveLength(3);
  const [health, generated, scored] = await Promise.all(
    lines.map(async (line) => JSON.parse((await promisify(execFile)('sh', ['-c', line])).stdout)),
  );
  expect(health).toMatchObject({ status: 'ok', engine: { engine: expect.any(String) } });
  expect(generated.prompts[0].samples).toHaveLength(2);
  expect(scored.items[0].scores).toHaveLength(2);
});

test('a second start serves the same endpoints with the same scores', async () => {
  const items = material.heldOut.demonstrations.map(({ row: { subreddit, title, post, summary } }) => ({
    prompt: { subreddit, title, post },
    completions: [summary, `${summary} ${summary}`],
  }));
  const before = await service.laurel.endpoints.score(endpoints.reward, { items });
  await service.stop();
  service = await home.start();
  const after = await service.laurel.endpoints.score(endpoints.reward, { items });
  expect(after.items).toEqual(before.items);
});

test('doing it again makes new versions of the same models and endpoints', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const again = await doMainJob(service.laurel, material, 1).finally(() => log.mockRestore());
  expect(again).toEqual(endpoints);
  expect(await service.laurel.endpoints.get(endpoints.reward)).toMatchObject({ live_version: 2 });
});
