import { webhookDeliveries, webhookEndpoints } from '@laurel/storage';
import { and, eq, lt } from 'drizzle-orm';
import type { Finding, Patient } from './finding.ts';

/** A server sends within seconds, and behind many others within minutes. */
const SENT_WITHIN_MS = 10 * 60_000;

/** Webhooks that were due and that nobody sends. Those of a disabled endpoint wait on purpose. */
export async function findUnsentWebhooks({ db, now }: Patient): Promise<Finding[]> {
  const longAgo = new Date(now().getTime() - SENT_WITHIN_MS);
  const unsent = await db
    .select({ id: webhookDeliveries.id, dueAt: webhookDeliveries.dueAt, url: webhookEndpoints.url })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(
      and(
        eq(webhookDeliveries.state, 'pending'),
        eq(webhookEndpoints.enabled, true),
        lt(webhookDeliveries.dueAt, longAgo),
      ),
    );
  return unsent.map(({ id, dueAt, url }) => ({
    sort: 'webhook_not_sent',
    where: id,
    what: `It was to be sent to ${url} at ${dueAt.toISOString()}.`,
    remedy: 'Start the server, which sends it; if it runs, its log says why it is not sent.',
  }));
}
