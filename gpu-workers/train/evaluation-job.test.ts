import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemonstrationRow, evaluationReport, renderPrompt } from '@laurel/contracts';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFiles } from '../read-files.ts';
import { portableEngine } from '../testing/portable-engine.ts';
import { tinyJob } from '../testing/tiny-job.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { evaluationJob } from './evaluation-job.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluation-job-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('leaves the report as data, as a page and as Markdown', { timeout: 30_000 }, async () => {
  const store = new FolderArtifactStore(folder);
  const engine = await portableEngine();
  const { policy, rewardFiles } = await tinyModels(engine.kernels, store);
  const [dataset, rewardModel, reference] = ['ds', 'mv', 'mv'].map((prefix, i) => `${prefix}_${`${i}`.repeat(26)}`) as [
    string,
    string,
    string,
  ];
  const spec = {
    type: 'evaluation' as const,
    seed: 1,
    reward_model: rewardModel,
    reference_policy: reference,
    policies: [],
    dataset,
    best_of: 2,
    max_prompts: 2,
    temperature: 1,
    response_length: 4,
  };
  const row: DemonstrationRow = { group: 'a', prompt: renderPrompt('the dog sees'), completion: 'a bird' };
  const inputs = {
    datasets: { [dataset]: [row, { ...row, group: 'b' }] },
    models: { [rewardModel]: rewardFiles, [reference]: await readFiles(store, policy.prefix, policy.manifest_sha256) },
  };
  const job: Parameters<typeof evaluationJob>[0] = {
    claim: await tinyJob(store, { steps: 1 }),
    store,
    engine,
    reporter: { directive: 'continue', event() {}, begin() {}, progress() {}, metrics() {}, close: async () => {} },
    ending: new AbortController().signal,
  };

  const { result } = await evaluationJob(job, spec, inputs);
  const read = async (key: string) => new TextDecoder().decode(await store.get(key));
  const prefix = job.claim.artifact_prefix;
  expect(result).toEqual({ type: 'report', key: `${prefix}/report.json` });
  const report = evaluationReport.parse(JSON.parse(await read(`${prefix}/report.json`)));
  expect(report.spec).toEqual(spec);
  expect(await read(`${prefix}/report.html`)).toMatch(/^<!doctype html>.*<svg/s);
  expect(await read(`${prefix}/report.md`)).toMatch(/^# Evaluation report/);
});
