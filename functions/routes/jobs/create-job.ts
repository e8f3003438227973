import { createRoute } from '@hono/zod-openapi';
import { hasEnded } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { once, requiredIdempotencyKey } from '../../http/once.ts';
import { awaited, POLL_AFTER_SECONDS, preferHeader } from '../../http/prefer-wait.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createJob } from '../../use-cases/jobs/create-job.ts';
import { getJob } from '../../use-cases/jobs/get-job.ts';
import { jobSchema, jobSpecSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'jobs.create',
  tags: ['jobs'],
  summary: 'Start a job',
  ...secured('jobs:write'),
  request: {
    headers: requiredIdempotencyKey.extend(preferHeader.shape),
    body: jsonBody(jobSpecSchema, {
      pretrain: {
        type: 'pretrain',
        output_model: 'base',
        dataset: exampleIds.text,
        architecture: { layers: 2, width: 64, heads: 2, context: 96 },
        vocabulary_size: 400,
      },
      sft: { type: 'sft', output_model: 'summaries', parent: exampleIds.base, dataset: exampleIds.demonstrations },
      'reward model': {
        type: 'reward_model',
        output_model: 'reward',
        parent: exampleIds.base,
        dataset: exampleIds.comparisons,
        reference_dataset: exampleIds.demonstrations,
        hyperparameters: { epochs: 1 },
        max_cost_usd: 5,
      },
      ppo: {
        type: 'ppo',
        output_model: 'policy',
        policy: exampleIds.policy,
        reward_model: exampleIds.rewardModel,
        dataset: exampleIds.demonstrations,
        hyperparameters: { total_episodes: 256, lora: { rank: 8 } },
      },
    }),
  },
  responses: {
    200: json(jobSchema, 'The job, which has ended while the request waited.'),
    202: json(jobSchema, 'The job, queued.', {
      sft: {
        id: exampleIds.job,
        type: 'sft',
        state: 'queued',
        spec: {
          type: 'sft',
          output_model: 'summaries',
          parent: exampleIds.base,
          dataset: exampleIds.demonstrations,
          seed: 1,
          validation_fraction: 0,
          hyperparameters: {},
        },
        pipeline: null,
        pipeline_stage: null,
        queue_position: 1,
        stage: null,
        step: 0,
        total_steps: 0,
        remaining_seconds: null,
        worked_seconds: 0,
        cost_usd: 0,
        attempt: 0,
        max_attempts: 3,
        error: null,
        model_version: null,
        dataset: null,
        file: null,
        metrics: null,
        created_at: '2026-10-17T09:22:44.018Z',
        started_at: null,
        ended_at: null,
      },
    }),
    409: problem('A dataset that it names is not ready.'),
  },
});

export const registerCreateJob = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const spec = c.req.valid('json');
    const made = await once(c, JSON.stringify(spec), async (within) =>
      showJob(within, await createJob(within, projectId, spec)),
    );
    c.header('location', `/v1/jobs/${made.id}`);
    const read = async () => showJob(context, await getJob(context, projectId, made.id));
    const job = await awaited(c, made, read, ({ state }) => hasEnded(state));
    if (hasEnded(job.state)) return c.json(job, 200);
    c.header('retry-after', POLL_AFTER_SECONDS);
    return c.json(job, 202);
  });
