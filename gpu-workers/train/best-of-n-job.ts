import { type Completion, Problem, type PromptRow, type SpecOf } from '@laurel/contracts';
import { BestOfNSampler } from '@laurel/learning';
import { readFiles } from '../read-files.ts';
import { readRows } from './inputs.ts';
import type { Job } from './job.ts';
import { publishRows } from './sharded-rows.ts';

/** Samples N responses to every prompt and publishes the best of each as demonstrations. */
export async function bestOfNJob(job: Job, spec: SpecOf<'best_of_n'>): Promise<Completion> {
  const { claim, store, engine, reporter } = job;
  const filesOf = async (id: string) => {
    const model = claim.models[id];
    if (!model) throw new Problem(422, 'incomplete_claim', `The job lacks its model ${id}.`);
    return readFiles(store, model.prefix, model.manifest_sha256);
  };
  const dataset = claim.datasets[spec.dataset];
  if (!dataset) throw new Problem(422, 'incomplete_claim', `The job lacks its dataset ${spec.dataset}.`);
  const sampler = new BestOfNSampler({
    kernels: engine.kernels,
    policy: await filesOf(spec.policy),
    rewardModel: await filesOf(spec.reward_model),
    n: spec.n,
    temperature: spec.temperature,
    responseLength: spec.response_length,
    seed: spec.seed,
  });
  reporter.event('stage', { stage: 'working' });
  try {
    const rows = readRows(store, spec.dataset, dataset) as AsyncIterable<PromptRow>;
    const result = await publishRows(job, 'demonstrations', { rows, count: dataset.rows }, (batch, shard) => {
      const best = sampler.choose(batch, `shard ${shard}`);
      if (best.scores.length > 0) reporter.metrics(shard + 1, { best_score: mean(best.scores) });
      return best.rows;
    });
    if (result.rows === 0) {
      const detail = `No response came to an end within ${spec.response_length} tokens: raise response_length, or fine-tune the policy first.`;
      throw new Problem(422, 'no_response', detail);
    }
    return { result, metrics: { rows: result.rows, kept_share: result.rows / dataset.rows } };
  } finally {
    sampler.dispose();
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
