import type { Laurel } from '@laurel/sdk';
import type { Material } from './material.ts';
import { type Endpoints, publish } from './publish.ts';
import { Runner } from './runner.ts';
import { showExample } from './show-example.ts';
import { policyTable, rewardModelTable } from './table.ts';
import { trainModels } from './train-models.ts';
import { uploadMaterial } from './upload-material.ts';

/** The main job, through the public API alone: rows in, a served reward model and PPO policy out. */
export async function doMainJob(laurel: Laurel, material: Material, seed: number): Promise<Endpoints> {
  const { settings, heldOut } = material;
  const runner = new Runner(laurel);
  const data = await uploadMaterial(runner, material);
  const { sft, rewardModel, policy } = await trainModels(runner, data, settings, seed);

  console.log('\nMeasuring on held-out documents');
  const evaluation = await runner.run({
    type: 'evaluation',
    reward_model: rewardModel,
    reference_policy: sft,
    policies: [policy],
    dataset: data.heldOutDemonstrations,
    comparisons: data.heldOutComparisons,
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
}
