import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { confirmCancelled } from '../../use-cases/jobs/confirm-cancelled.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/cancelled',
  operationId: 'worker.cancelled',
  tags: ['worker'],
  summary: 'Report that the worker has stopped, as it was told to',
  ...securedForWorker,
  request: { params: idParam },
  responses: { 204: { description: 'The job is cancelled.' } },
});

export const registerConfirmCancelled = (app: App) =>
  app.openapi(route, async (c) => {
    await confirmCancelled(c.get('context'), c.get('worker'));
    return c.body(null, 204);
  });
