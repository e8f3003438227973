import { createRoute } from '@hono/zod-openapi';
import { heartbeat, heartbeatAnswer } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, json, jsonBody } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { recordHeartbeat } from '../../use-cases/jobs/record-heartbeat.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/heartbeat',
  operationId: 'worker.heartbeat',
  tags: ['worker'],
  summary: 'Renew the lease, tell the progress, and hear whether to go on',
  ...securedForWorker,
  request: { params: idParam, body: jsonBody(heartbeat) },
  responses: { 200: json(heartbeatAnswer, 'Whether to go on.') },
});

export const registerRecordHeartbeat = (app: App) =>
  app.openapi(route, async (c) =>
    c.json(await recordHeartbeat(c.get('context'), c.get('worker'), c.req.valid('json')), 200),
  );
