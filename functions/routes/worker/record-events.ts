import { createRoute } from '@hono/zod-openapi';
import { eventsReport } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, jsonBody } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { recordEvents } from '../../use-cases/jobs/record-events.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/events',
  operationId: 'worker.events',
  tags: ['worker'],
  summary: "Append to the job's log",
  ...securedForWorker,
  request: { params: idParam, body: jsonBody(eventsReport) },
  responses: { 204: { description: 'The events are in the log.' } },
});

export const registerRecordEvents = (app: App) =>
  app.openapi(route, async (c) => {
    await recordEvents(c.get('context'), c.get('worker'), c.req.valid('json'));
    return c.body(null, 204);
  });
