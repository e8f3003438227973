import { usage } from '@laurel/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { UsageMeter } from './usage-meter.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

test('what is counted is pending until it is written, and a write that fails loses nothing', async () => {
  const { db, now } = api.context;
  let isDown = true;
  const insert: typeof db.insert = (table) => {
    if (isDown) throw new Error('down');
    return db.insert(table);
  };
  const meter = new UsageMeter({ db: { insert } as typeof db, now });
  const project = api.projects.mine;
  meter.add(project, 'requests', 1);
  meter.add(project, 'requests', 2);
  meter.add(project, 'scored_tokens', 5);
  expect(meter.pending(project, ['requests', 'scored_tokens'])).toBe(8);
  await expect(meter.flush()).rejects.toThrow('down');
  expect(meter.pending(project, ['requests'])).toBe(3);
  isDown = false;
  await Promise.all([meter.flush(), meter.flush()]);
  meter.add(project, 'requests', 1);
  await meter.flush();
  expect(meter.pending(project, ['requests', 'scored_tokens'])).toBe(0);
  const day = now().toISOString().slice(0, 10);
  const rows = await db.select().from(usage).orderBy(usage.measure);
  expect(rows.map((row) => [row.day, row.measure, row.amount])).toEqual([
    [day, 'requests', 4],
    [day, 'scored_tokens', 5],
  ]);
});
