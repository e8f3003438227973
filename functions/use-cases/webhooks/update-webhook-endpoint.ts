import { webhookEndpoints } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import { getWebhookEndpoint, lockWebhookEndpoint, type WebhookEndpointRow } from './get-webhook-endpoint.ts';
import { checkTarget, type WebhookSettings } from './webhook-settings.ts';

/** Undefined is left as it is. */
type WebhookChanges = { [Name in keyof WebhookSettings]?: WebhookSettings[Name] | undefined } & {
  enabled?: boolean | undefined;
};

/** Changes what is named. Enabling an endpoint forgets why it was disabled. @throws {Problem} 404; 422 for a URL that nothing would be sent to; what `expect` throws */
export async function updateWebhookEndpoint(
  context: Context,
  projectId: string,
  id: string,
  changes: WebhookChanges,
  expect: Expectation<WebhookEndpointRow>,
): Promise<WebhookEndpointRow> {
  await getWebhookEndpoint(context, projectId, id); // before anything is told of the URL
  if (changes.url !== undefined) await checkTarget(context, changes.url);
  return context.db.transaction(async (tx) => {
    const before = await lockWebhookEndpoint(tx, projectId, id);
    expect(before);
    const disabledReason = changes.enabled ? null : before.disabledReason;
    const [endpoint] = await tx
      .update(webhookEndpoints)
      .set({ ...changes, disabledReason })
      .where(eq(webhookEndpoints.id, id))
      .returning();
    return endpoint as WebhookEndpointRow;
  });
}
