import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { idParam, json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listDeliveries } from '../../use-cases/webhooks/list-deliveries.ts';
import { presentWebhookDelivery, webhookDeliverySchema } from './webhook-endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{id}/deliveries',
  operationId: 'webhookEndpoints.deliveries',
  tags: ['webhooks'],
  summary: "List a webhook endpoint's deliveries, with all tries at each",
  description: 'They are kept for a week.',
  ...secured('webhooks:read'),
  request: { params: idParam, query: pageQuery.extend({ state: webhookDeliverySchema.shape.state.optional() }) },
  responses: { 200: json(pageOf(webhookDeliverySchema), 'Deliveries, newest first.') },
});

export const registerListDeliveries = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const page = await listDeliveries(c.get('context'), projectId, id, c.req.valid('query'));
    return c.json(presentPage(page, presentWebhookDelivery), 200);
  });
