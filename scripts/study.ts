/**
 * `npm run study`: what the methods reach on the generated corpus, over several seeds, and what over-optimisation looks like. Does
 * it through the public API of a service of its own, in a folder that is thrown away. About six minutes a seed on two cores, and
 * eight for the long PPO runs, which are of the first seed.
 *   --seeds 1,2,3   which
 *   --out FOLDER    where tables and reports are written; docs/study by default
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderReport } from '@laurel/learning';
import type { JobReport } from '@laurel/sdk';
import { generatedCorpus } from './demo/generated-corpus.ts';
import type { Material } from './demo/material.ts';
import { Runner } from './demo/runner.ts';
import { startService } from './demo/service.ts';
import { type TrainedModels, trainModels } from './demo/train-models.ts';
import { type UploadedMaterial, uploadMaterial } from './demo/upload-material.ts';
import { type MeasuredSeed, measure } from './study/measured.ts';
import { dpoSettings, longRuns } from './study/study-settings.ts';
import { accuracyTable, policiesTable, pooledTable, runsTable } from './study/study-tables.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1,2,3' }, out: { type: 'string', default: 'docs/study' } },
});

interface Prepared {
  seed: number;
  material: Material;
  data: UploadedMaterial;
  models: TrainedModels;
}

/** All methods on one seed's corpus. */
async function studySeed(runner: Runner, prepared: Prepared): Promise<MeasuredSeed> {
  const { seed, data, models, material } = prepared;
  const dpo = await runner.train({
    type: 'dpo',
    output_model: 'study-dpo',
    parent: models.sft,
    dataset: data.comparisons,
    seed,
    ...dpoSettings,
  });
  const names = { [models.policy]: 'PPO', [dpo]: 'DPO' };
  const report = await evaluate(runner, prepared, names);
  await writeReport(`seed-${seed}`, report, material, names);
  return measure(seed, report, material, names);
}

/** PPO that goes on and on. */
async function studyLongRuns(runner: Runner, prepared: Prepared): Promise<MeasuredSeed> {
  const { seed, data, models, material } = prepared;
  const names: Record<string, string> = {};
  for (const { hyperparameters } of longRuns) {
    const policy = await runner.train({
      type: 'ppo',
      output_model: 'study-long-ppo',
      policy: models.sft,
      reward_model: models.rewardModel,
      dataset: data.demonstrations,
      seed,
      hyperparameters,
    });
    names[policy] = `${hyperparameters.total_episodes.toLocaleString('en')} episodes`;
  }
  const report = await evaluate(runner, prepared, names);
  await writeReport('over-optimisation', report, material, names);
  return measure(seed, report, material, names);
}

async function evaluate(runner: Runner, { seed, material, data, models }: Prepared, names: Record<string, string>) {
  const job = await runner.run({
    type: 'evaluation',
    reward_model: models.rewardModel,
    reference_policy: models.sft,
    policies: Object.keys(names),
    dataset: data.heldOutDemonstrations,
    comparisons: data.heldOutComparisons,
    seed,
    ...material.settings.evaluation,
  });
  return await runner.laurel.jobs.report(job.id);
}

async function writeReport(name: string, report: JobReport, { heldOut }: Material, names: Record<string, string>) {
  const gold = {
    label: 'gold score (at most 1)',
    scoreOf: (prompt: number, text: string) => heldOut.demonstrations[prompt]?.goldScore?.(text) ?? Number.NaN,
    margins: heldOut.comparisons.map(({ goldMargin }) => goldMargin ?? Number.NaN),
  };
  const { html } = renderReport(report, { gold, names });
  await writeFile(join(values.out, `${name}.html`), html);
}

async function prepare(runner: Runner, seed: number): Promise<Prepared> {
  const material = generatedCorpus(seed);
  const data = await uploadMaterial(runner, material);
  return { seed, material, data, models: await trainModels(runner, data, material.settings, seed) };
}

await mkdir(values.out, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'laurel-study-'));
const service = await startService({ ...process.env, LAUREL_DATA: folder });
try {
  const runner = new Runner(service.laurel);
  const measured: MeasuredSeed[] = [];
  const sections: string[] = [];
  for (const seed of values.seeds.split(',').map(Number)) {
    const prepared = await prepare(runner, seed);
    measured.push(await studySeed(runner, prepared));
    if (measured.length === 1) sections.push(runsTable(await studyLongRuns(runner, prepared)));
  }
  const tables = [accuracyTable(measured), policiesTable(measured), pooledTable(measured), ...sections].join('\n\n');
  await writeFile(join(values.out, 'tables.md'), `${tables}\n`);
  console.log(`\n${tables}\n\nReports and tables are in ${values.out}.`);
} finally {
  await service.stop();
  await rm(folder, { recursive: true });
}
