import type { Job, JobSpec, Laurel, PipelineSpec } from '@laurel/sdk';
import { tinyMaterial } from '../end-to-end/tiny-material.ts';
import { promise } from './broken-promise.ts';

/** A job, and the fingerprint of its result when nobody disturbs it. */
export interface Reference {
  spec: JobSpec;
  fingerprint: string;
}

export interface References {
  jobs: Reference[];
  /** Its stages are jobs of `jobs`. */
  pipeline: { spec: Omit<PipelineSpec, 'name'>; fingerprints: string[] };
  /** Model versions of reward models that score differently. */
  rewardModels: string[];
}

/** Steps enough that many kills of a worker hit it between two checkpoints. */
const EPOCHS = 4;
/** Of so many some come to an end, which an untrained policy seldom does. */
const samples = { n: 8, response_length: 48 };

/** Does jobs of many kinds once, undisturbed. */
export async function makeReferences(laurel: Laurel): Promise<References> {
  const { texts, demonstrations, comparisons, heldOut, settings } = tinyMaterial();
  const upload = async (kind: 'text' | 'demonstrations' | 'comparisons', rows: object[]) =>
    (await laurel.datasets.upload({ kind, name: `reference ${kind}` }, rows)).id;
  const data = {
    texts: await upload('text', texts),
    demonstrations: await upload('demonstrations', demonstrations),
    comparisons: await upload('comparisons', comparisons),
    heldOut: await upload(
      'demonstrations',
      heldOut.demonstrations.map(({ row }) => row),
    ),
  };
  const jobs: Reference[] = [];
  const run = async (spec: JobSpec) => {
    const job = await laurel.jobs.wait((await laurel.jobs.create(spec)).id);
    const fingerprint = await fingerprintOf(laurel, job);
    jobs.push({ spec, fingerprint });
    return { fingerprint, model: job.model_version ?? '' };
  };

  const tuning = { hyperparameters: { ...settings.sft.hyperparameters, epochs: EPOCHS } };
  const base = await run({ type: 'pretrain', output_model: 'base', dataset: data.texts, ...settings.pretrain });
  const sft = await run({
    type: 'sft',
    output_model: 'sft',
    parent: base.model,
    dataset: data.demonstrations,
    ...tuning,
  });
  const trainReward = (seed: number) =>
    run({
      type: 'reward_model',
      output_model: 'reward',
      parent: sft.model,
      dataset: data.comparisons,
      reference_dataset: data.demonstrations,
      seed,
      ...tuning,
    });
  const reward = await trainReward(1);
  const otherReward = await trainReward(2);
  const policies = { policy: sft.model, reward_model: reward.model };
  const ppo = await run({
    type: 'ppo',
    output_model: 'policy',
    ...policies,
    dataset: data.demonstrations,
    ...settings.ppo,
  });
  const evaluation = await run({
    type: 'evaluation',
    reward_model: reward.model,
    reference_policy: sft.model,
    policies: [ppo.model],
    dataset: data.heldOut,
    ...settings.evaluation,
  });
  const { comparisons: compared } = data;
  await run({ type: 'bulk_score', reward_model: reward.model, dataset: compared, output_dataset: 'scored' });
  await run({ type: 'best_of_n', ...policies, dataset: data.heldOut, ...samples, output_dataset: 'best' });
  await run({ type: 'export', source: { type: 'dataset', dataset: compared, shape: 'openai' } });
  return {
    jobs,
    rewardModels: [reward.model, otherReward.model],
    pipeline: {
      spec: {
        base: base.model,
        demonstrations: data.demonstrations,
        comparisons: compared,
        held_out: data.heldOut,
        settings: { sft: tuning, reward_model: tuning, ppo: settings.ppo, evaluation: settings.evaluation },
      },
      fingerprints: [sft, reward, ppo, evaluation].map(({ fingerprint }) => fingerprint),
    },
  };
}

/** The hash of what a job has made: of a model's weights, a dataset's rows, a file; an evaluation's numbers. */
export async function fingerprintOf(laurel: Laurel, job: Job): Promise<string> {
  if (job.model_version) return (await laurel.models.version(job.model_version)).manifest_sha256;
  if (job.dataset) {
    const { sha256 } = await laurel.datasets.get(job.dataset);
    promise(sha256 !== null, `${job.id} made a dataset that is not ready.`, job);
    return sha256;
  }
  if (job.file) return job.file.sha256;
  promise(job.type === 'evaluation', `${job.id} succeeded without a result.`, job);
  const { policies } = await laurel.jobs.report(job.id);
  return JSON.stringify(policies.map((each) => ({ ...each, name: '' }))); // named by model versions, new each time
}
