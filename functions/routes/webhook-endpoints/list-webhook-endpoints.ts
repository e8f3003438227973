import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listWebhookEndpoints } from '../../use-cases/webhooks/list-webhook-endpoints.ts';
import { presentWebhookEndpoint, webhookEndpointSchema } from './webhook-endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  operationId: 'webhookEndpoints.list',
  tags: ['webhooks'],
  summary: 'List webhook endpoints',
  ...secured('webhooks:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(webhookEndpointSchema), 'Endpoints, newest first.') },
});

export const registerListWebhookEndpoints = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listWebhookEndpoints(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentWebhookEndpoint), 200);
  });
