import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ClaimAnswer, type DatasetKind, jobSpec, renderPrompt, type StoredRow } from '@laurel/contracts';
import { FolderArtifactStore, readManifest } from '@laurel/storage/artifacts';
import { pino } from 'pino';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeApi } from '../testing/fake-api.ts';
import { portableEngine } from '../testing/portable-engine.ts';
import { artifactPrefix, tinyJob } from '../testing/tiny-job.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { importSettings } from './import/import-settings.ts';
import { JobApi } from './job-api.ts';
import { startReporter } from './reporter.ts';
import { runJob } from './run-job.ts';

const DATASET = `ds_${'0'.repeat(26)}`;
const [POLICY, REWARD] = [`mv_${'1'.repeat(26)}`, `mv_${'2'.repeat(26)}`];
const engine = await portableEngine();

let folder: string;
let store: FolderArtifactStore;
let api: FakeApi | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'row-jobs-'));
  store = new FolderArtifactStore(folder);
});
afterEach(async () => {
  await api?.stop();
  await rm(folder, { recursive: true });
});

async function claimOf(spec: object, kind: DatasetKind, rows: readonly StoredRow[]): Promise<ClaimAnswer> {
  const { policy, rewardModel } = await tinyModels(engine.kernels, store);
  const content = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await store.put('datasets/rows.jsonl', content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    ...(await tinyJob(store, { steps: 1 })),
    spec: jobSpec.parse(spec),
    datasets: { [DATASET]: { kind, key: 'datasets/rows.jsonl', sha256, rows: rows.length } },
    models: { [POLICY]: { kind: 'policy', ...policy }, [REWARD]: { kind: 'reward_model', ...rewardModel } },
  };
}

async function run(claim: ClaimAnswer, ending = new AbortController().signal) {
  api = await new FakeApi(claim).start();
  const options = { store, engine, log: pino({ enabled: false }), importing: importSettings({}), checkpointEveryMs: 0 };
  const reporter = await startReporter(api.address);
  return runJob({ api: new JobApi(api.address), ending, reporter, ...options });
}

const lines = async (key: string) =>
  Buffer.from(await store.get(key))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const prompts = Array.from({ length: 300 }, (_, i) => ({
  group: `g${i}`,
  prompt: renderPrompt(`the dog sees ${i % 7}`),
}));

describe('bulk_score', { timeout: 120_000 }, () => {
  const spec = { type: 'bulk_score', dataset: DATASET, reward_model: REWARD, output_dataset: 'scored' };

  test('scores the completions of every row, in order', async () => {
    const rows = prompts.slice(0, 3).map((row) => ({ ...row, chosen: 'a bird', rejected: 'a house' }));
    const claim = await claimOf(spec, 'comparisons', rows);
    delete claim.models[POLICY];
    expect(await run(claim)).toBe('succeeded');
    expect(api?.completion?.result).toMatchObject({ type: 'dataset', kind: 'candidates', rows: 3 });
    const scored = await lines(`${artifactPrefix}/rows.jsonl`);
    expect(scored.map(({ group }) => group)).toEqual(['g0', 'g1', 'g2']);
    expect(scored[0].completions).toMatchObject([{ text: 'a bird' }, { text: 'a house' }]);
    for (const { raw, score } of scored[0].completions) expect(score).toBeCloseTo(raw - 0.5, 5);
  });

  test('goes on behind the shard that it had written when it was stopped', async () => {
    const rows = prompts.map((row) => ({ ...row, completions: [{ text: 'a bird' }] }));
    const claim = await claimOf(spec, 'candidates', rows);
    delete claim.models[POLICY];
    const ending = new AbortController();
    ending.abort();
    expect(await run(claim, ending.signal)).toBe('interrupted');
    const shards = await store.list(`${artifactPrefix}/shards/`);
    expect(shards).toHaveLength(1);
    await api?.stop();
    const marked = Buffer.from(await store.get(shards[0] ?? ''))
      .toString()
      .replace('a bird', 'a crow');
    await store.put(shards[0] ?? '', Buffer.from(marked));
    expect(await run(claim)).toBe('succeeded');
    const scored = await lines(`${artifactPrefix}/rows.jsonl`);
    expect(scored).toHaveLength(300);
    expect(scored[0].completions[0].text).toBe('a crow');
    expect(await store.list(`${artifactPrefix}/shards/`)).toEqual([]);
  });
});

test('best_of_n keeps one of the responses to each prompt', { timeout: 120_000 }, async () => {
  const settings = { n: 2, temperature: 1, response_length: 8, output_dataset: 'best', seed: 3 };
  const spec = { type: 'best_of_n', dataset: DATASET, policy: POLICY, reward_model: REWARD, ...settings };
  expect(await run(await claimOf(spec, 'prompts', prompts.slice(0, 40)))).toBe('succeeded');
  expect(api?.completion?.result).toMatchObject({ type: 'dataset', kind: 'demonstrations' });
  const best = await lines(`${artifactPrefix}/rows.jsonl`);
  expect(best.length).toBeLessThanOrEqual(40); // a prompt none of whose responses ends is left out
  for (const row of best) expect(row.completion).toEqual(expect.any(String));
});

describe('export', { timeout: 120_000 }, () => {
  test('makes a tar archive of a model, its files as they are', async () => {
    const spec = { type: 'export', source: { type: 'model_version', model_version: POLICY } };
    const claim = await claimOf(spec, 'prompts', prompts.slice(0, 1));
    expect(await run(claim)).toBe('succeeded');
    expect(api?.completion?.result).toMatchObject({
      type: 'file',
      name: `${POLICY}.tar`,
      media_type: 'application/x-tar',
    });
    const found: Record<string, string> = {};
    const tar = Readable.from(store.read(`${artifactPrefix}/file`)).pipe(extract());
    for await (const entry of tar) {
      const hash = createHash('sha256');
      for await (const chunk of entry) hash.update(chunk as Uint8Array);
      found[entry.header.name] = hash.digest('hex');
      expect(entry.header.mtime).toEqual(new Date(0)); // the same model makes the same archive
    }
    const { files } = await readManifest(store, claim.models[POLICY]?.prefix ?? '');
    expect(found).toEqual(Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256])));
  });

  test("brings a dataset's rows into a shape", async () => {
    const spec = { type: 'export', source: { type: 'dataset', dataset: DATASET, shape: 'messages' } };
    const row = { group: 'g', prompt: renderPrompt('Why?'), completion: 'So.' };
    expect(await run(await claimOf(spec, 'demonstrations', [row]))).toBe('succeeded');
    const messages = [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'So.' },
    ];
    expect(await lines(`${artifactPrefix}/file`)).toEqual([{ id: 'g', messages }]);
  });
});
