import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { doMainJob } from '../../scripts/demo/main-job.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { type Postgres, type S3, startPostgres, startS3 } from '../real-parts/index.ts';
import { type Home, makeHome } from './temporary-service.ts';
import { tinyMaterial } from './tiny-material.ts';

let postgres: Postgres;
let s3: S3;
let home: Home;
let service: Service;

beforeAll(async () => {
  [postgres, s3] = await Promise.all([startPostgres(), startS3()]);
  home = await makeHome({ DATABASE_URL: postgres.url, LAUREL_ARTIFACTS: `s3://${s3.bucket}/laurel`, ...s3.env });
  service = await home.start();
}, 600_000);

afterAll(async () => {
  await service?.stop();
  await home?.remove();
  await postgres?.stop();
  await s3?.stop();
});

test('the main job on PostgreSQL and S3', async () => {
  expect(await service.laurel.health()).toMatchObject({ database: 'postgresql' });
  const { heldOut, ...material } = tinyMaterial();
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const { reward, policy } = await doMainJob(service.laurel, { heldOut, ...material }, 1).finally(() =>
    log.mockRestore(),
  );
  const prompt = 'A post.';
  const scored = await service.laurel.endpoints.score(reward, { items: [{ prompt, completions: ['One.', 'Two.'] }] });
  expect(scored.items[0]?.scores).toHaveLength(2);
  const generated = await service.laurel.endpoints.generate(policy, { prompts: [prompt], n: 2, seed: 1 });
  expect(generated.prompts[0]?.samples).toHaveLength(2);
});
