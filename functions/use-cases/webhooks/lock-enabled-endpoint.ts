import { Problem } from '@laurel/contracts';
import type { Database } from '@laurel/storage';
import { lockWebhookEndpoint, type WebhookEndpointRow } from './get-webhook-endpoint.ts';

/** Locks an endpoint that something is to be sent to. @throws {Problem} 404; 409 when it is disabled */
export async function lockEnabledEndpoint(tx: Database, projectId: string, id: string): Promise<WebhookEndpointRow> {
  const endpoint = await lockWebhookEndpoint(tx, projectId, id);
  if (endpoint.enabled) return endpoint;
  throw new Problem(409, 'webhook_endpoint_disabled', `Webhook endpoint ${id} is disabled; enable it first.`);
}
