import { type Database, type WebhookAttempt, webhookDeliveries, webhookEndpoints } from '@laurel/storage';
import { and, eq, gte } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { WebhookOutcome } from '../../webhooks/webhook-client.ts';
import { announce } from './announce.ts';
import type { WebhookEndpointRow } from './get-webhook-endpoint.ts';
import { retryDelayMs, TRIED_FOR_MS } from './retry-delay.ts';
import type { TakenDelivery, WebhookDeliveryRow } from './take-delivery.ts';

const GONE = 410;
/** A day has about a dozen; more come of replays. */
const MOST_ATTEMPTS_KEPT = 30;

/**
 * Notes what came of a try, and when the next one is. An endpoint that says that it is gone is disabled, and so is one that has taken
 * nothing for as long as something was tried.
 */
export async function settleDelivery(context: Context, taken: TakenDelivery, outcome: WebhookOutcome): Promise<void> {
  const { db, now, log } = context;
  const at = now();
  const disabled = await db.transaction(async (tx) => {
    const ours = await lockIfOurs(tx, taken);
    if (!ours) return null;
    const { delivery, endpoint } = ours;
    const attempts = [...delivery.attempts, attemptOf(outcome, at)].slice(-MOST_ATTEMPTS_KEPT);
    const next = nextOf(delivery, attempts, outcome, at);
    await tx
      .update(webhookDeliveries)
      .set({ attempts, ...next })
      .where(eq(webhookDeliveries.id, delivery.id));
    const isAsItWas = endpoint.enabled && endpoint.url === taken.endpoint.url;
    if (next.state !== 'failed' || !isAsItWas) return null;
    const reason = outcome.status === GONE ? 'gone' : 'failing';
    if (reason === 'failing' && (await hasTakenSince(tx, endpoint, delivery.queuedAt))) return null;
    await disable(tx, endpoint, reason, at);
    return { webhookEndpointId: endpoint.id, projectId: endpoint.projectId, reason };
  });
  if (disabled) log.warn(disabled, 'webhook endpoint disabled');
}

/** The rows as they are now, locked; null when another sender has the delivery by now, or it was replayed or deleted meanwhile. */
async function lockIfOurs(tx: Database, { delivery, endpoint }: TakenDelivery): Promise<TakenDelivery | null> {
  // The endpoint first, as its deletion does: each would wait for the other otherwise.
  const [to] = await tx
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.id, endpoint.id))
    .for('no key update');
  const [ours] = await tx
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.id, delivery.id), eq(webhookDeliveries.dueAt, delivery.dueAt)))
    .for('update');
  return to && ours ? { delivery: ours, endpoint: to } : null;
}

const attemptOf = ({ status, error, answer, durationMs }: WebhookOutcome, at: Date): WebhookAttempt => ({
  at: at.toISOString(),
  durationMs,
  status,
  error,
  answer,
});

function nextOf(
  { queuedAt }: WebhookDeliveryRow,
  attempts: WebhookAttempt[],
  { status, retryAfterMs }: WebhookOutcome,
  at: Date,
): Partial<WebhookDeliveryRow> {
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered', settledAt: at };
  if (status === GONE) return { state: 'failed', settledAt: at };
  const failures = attempts.filter((attempt) => attempt.at >= queuedAt.toISOString()).length;
  const next = new Date(at.getTime() + retryDelayMs(failures, retryAfterMs, Math.random()));
  if (next.getTime() - queuedAt.getTime() > TRIED_FOR_MS) return { state: 'failed', settledAt: at };
  return { dueAt: next };
}

async function hasTakenSince(tx: Database, { id }: WebhookEndpointRow, since: Date): Promise<boolean> {
  const [taken] = await tx
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.endpointId, id),
        eq(webhookDeliveries.state, 'delivered'),
        gte(webhookDeliveries.settledAt, since),
      ),
    )
    .limit(1);
  return taken !== undefined;
}

async function disable(
  tx: Database,
  { id, projectId, url }: WebhookEndpointRow,
  reason: 'gone' | 'failing',
  at: Date,
): Promise<void> {
  await tx.update(webhookEndpoints).set({ enabled: false, disabledReason: reason }).where(eq(webhookEndpoints.id, id));
  const type = 'webhook_endpoint.disabled';
  const data = { webhook_endpoint: id, url, reason };
  await announce(tx, projectId, [{ type, timestamp: at.toISOString(), data }], at);
}
