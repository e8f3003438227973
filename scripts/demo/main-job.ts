import type { Job, JobSpec, Laurel } from '@laurel/sdk';
import type { Material } from './material.ts';
import { showProgress } from './progress.ts';
import { type Endpoints, publish } from './publish.ts';
import { showExample } from './show-example.ts';
import { policyTable, rewardModelTable } from './table.ts';

/**
 * The main job, through the public API alone: rows in, a served reward model and PPO policy out. The steps are those of
 * Stiennon et al. 2020, after pretraining a model of our own.
 */
export async function doMainJob(laurel: Laurel, material: Material, seed: number): Promise<Endpoints> {
  const { settings, heldOut } = material;

  console.log('\nUploading');
  const texts = await upload('text', 'texts', material.texts);
  const demonstrations = await upload('demonstrations', 'demonstrations', material.demonstrations);
  const comparisons = await upload('comparisons', 'comparisons', material.comparisons);
  const heldOutDemonstrations = await upload(
    'demonstrations',
    'held-out demonstrations',
    rowsOf(heldOut.demonstrations),
  );
  const heldOutComparisons = await upload('comparisons', 'held-out comparisons', rowsOf(heldOut.comparisons));

  console.log('\nTraining');
  const base = await train({
    type: 'pretrain',
    output_model: 'demo-base',
    dataset: texts,
    seed,
    ...settings.pretrain,
  });
  const sft = await train({
    type: 'sft',
    output_model: 'demo-sft',
    parent: base,
    dataset: demonstrations,
    seed,
    ...settings.sft,
  });
  const rewardModel = await train({
    type: 'reward_model',
    output_model: 'demo-reward-model',
    parent: sft,
    dataset: comparisons,
    reference_dataset: demonstrations,
    seed,
    ...settings.reward_model,
  });
  const policy = await train({
    type: 'ppo',
    output_model: 'demo-policy',
    policy: sft,
    reward_model: rewardModel,
    dataset: demonstrations,
    seed,
    ...settings.ppo,
  });

  console.log('\nMeasuring on held-out documents');
  const evaluation = await run({
    type: 'evaluation',
    reward_model: rewardModel,
    reference_policy: sft,
    policies: [policy],
    dataset: heldOutDemonstrations,
    comparisons: heldOutComparisons,
    seed,
    ...settings.evaluation,
  });
  const report = await laurel.jobs.report(evaluation.id);

  console.log('\nPublishing');
  const rewardEndpoint = await publish(laurel, 'demo-reward', rewardModel);
  const policyEndpoint = await publish(laurel, 'demo-policy', policy);
  const endpoints = { reward: rewardEndpoint, policy: policyEndpoint };

  console.log('\nAsking the endpoints about a held-out document');
  console.log(await showExample(laurel, endpoints, material));

  console.log(`\n${rewardModelTable(report, heldOut.comparisons)}`);
  console.log(`\n${policyTable(report, heldOut.demonstrations, policy)}`);
  return endpoints;

  async function upload(
    kind: 'text' | 'demonstrations' | 'comparisons',
    name: string,
    rows: object[],
  ): Promise<string> {
    const dataset = await laurel.datasets.upload({ kind, name: `demo ${name}` }, rows);
    console.log(`  ${name.padEnd(24)} ${rows.length.toLocaleString('en')} rows → ${dataset.id}`);
    return dataset.id;
  }

  async function run(spec: JobSpec): Promise<Job> {
    const job = await laurel.jobs.create(spec);
    return await showProgress(laurel, job);
  }

  /** Runs a training job; its result is a model version. */
  async function train(spec: JobSpec): Promise<string> {
    const { id, model_version } = await run(spec);
    if (!model_version) throw new Error(`${id} succeeded but names no model version.`);
    return model_version;
  }
}

const rowsOf = (items: { row: object }[]): object[] => items.map(({ row }) => row);
