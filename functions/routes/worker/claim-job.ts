import { createRoute } from '@hono/zod-openapi';
import { claimAnswer } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { claimJob } from '../../use-cases/jobs/claim-job.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/claim',
  operationId: 'worker.claim',
  tags: ['worker'],
  summary: 'Take a job; one worker wins',
  ...securedForWorker,
  request: { params: idParam },
  responses: { 200: json(claimAnswer, 'What to do, and on what.') },
});

export const registerClaimJob = (app: App) =>
  app.openapi(route, async (c) => c.json(await claimJob(c.get('context'), c.get('worker')), 200));
