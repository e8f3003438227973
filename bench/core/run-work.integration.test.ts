import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWork } from './run-work.ts';
import type { Mode, Work } from './work.ts';

const folder = mkdtempSync(join(tmpdir(), 'laurel-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fake = (name: string, roundMs: number, more: object = {}): Mode => ({
  name,
  script: 'testing/fake-contestant.ts',
  settings: { roundMs, precision: 'float32', ...more },
});

const work = (ours: Mode[], peers: Mode[]): Work => ({
  name: 'fake',
  description: 'waiting',
  unit: 'naps',
  model: null,
  settings: {},
  prepare: async () => {},
  ours,
  peers,
  goal: { ratio: 2 },
  check: { values: 'numbers of the rounds', tolerance: { float32: 0 } },
});

test('the fastest modes meet by turns, and a mode that does not run is reported', async () => {
  const peers = [fake('slow', 400), fake('broken', 1, { fails: true }), fake('quick', 200)];
  const outcome = await runWork({ work: work([fake('ours', 50)], peers), folder, log: () => {} }, 2);
  expect(outcome.contest).toMatchObject({ ours: 'ours', opponent: 'quick' });
  expect(outcome.contest.ratios).toHaveLength(2);
  expect(outcome.contest.ratio?.median).toBeGreaterThan(2);
  expect(outcome.peers).toMatchObject([
    { mode: 'slow', rounds: [{ values: [0] }] },
    { mode: 'broken', failure: expect.stringContaining('no such device') },
    { mode: 'quick', rounds: [{ values: [0] }, { values: [1] }, { values: [2] }] },
  ]);
  expect(outcome.check).toMatchObject({ agrees: true, comparisons: [{ values: 1 }, { values: 3 }] });
});

test('a work without peers has a rate', async () => {
  const outcome = await runWork({ work: work([fake('ours', 50)], []), folder, log: () => {} }, 3);
  expect(outcome.contest).toMatchObject({ opponent: null, ratios: [], ratio: null });
  expect(outcome.contest.rate.median).toBeLessThan(200);
});

test('peers of which none runs are an error', async () => {
  const peers = [fake('broken', 1, { fails: true })];
  await expect(runWork({ work: work([fake('ours', 50)], peers), folder, log: () => {} }, 1)).rejects.toThrow(
    'fake: none of broken runs here',
  );
});
