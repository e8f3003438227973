import { setTimeout } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { signedHeaders } from '../../webhooks/signature.ts';
import { settleDelivery } from './settle-delivery.ts';
import { type TakenDelivery, takeDelivery } from './take-delivery.ts';

const MOST_AT_ONCE = 32;
/** So that an endpoint which is slow to answer takes from the others no more than this. */
const MOST_AT_ONCE_PER_ENDPOINT = 4;
const LOOK_AGAIN_MS = 500;

/** Sends what is due, several at once. */
export class WebhookSender {
  readonly #context: Context;
  /** What is being sent, and the endpoint that it goes to. */
  readonly #sending = new Map<Promise<void>, string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Sends until nothing is due and all that was sent is settled.
   *
   * @param stopping ends it at once; what was being sent then is sent again when its lease is over, as after a crash
   */
  async sendDue(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const taken = this.#sending.size < MOST_AT_ONCE ? await takeDelivery(this.#context, this.#busyEndpoints()) : null;
      if (taken) this.#start(taken, stopping);
      else if (this.#sending.size === 0) return;
      else await this.#pause();
    }
    await Promise.all(this.#sending.keys());
  }

  #busyEndpoints(): string[] {
    const counts = new Map<string, number>();
    for (const id of this.#sending.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= MOST_AT_ONCE_PER_ENDPOINT).map(([id]) => id);
  }

  #start(taken: TakenDelivery, stopping: AbortSignal): void {
    const sending = send(this.#context, taken, stopping)
      .catch((err: unknown) =>
        this.#context.log.error({ err, deliveryId: taken.delivery.id }, 'a webhook was not settled'),
      )
      .finally(() => this.#sending.delete(sending));
    this.#sending.set(sending, taken.endpoint.id);
  }

  /** Until something that was being sent is settled, or something new may be due. */
  async #pause(): Promise<void> {
    const ended = new AbortController();
    await Promise.race([...this.#sending.keys(), setTimeout(LOOK_AGAIN_MS, undefined, { signal: ended.signal })]);
    ended.abort();
  }
}

async function send(context: Context, taken: TakenDelivery, stopping: AbortSignal): Promise<void> {
  const { delivery, endpoint } = taken;
  const { webhooks, now } = context;
  const overlaps =
    endpoint.previousSecret && endpoint.previousSecretExpiresAt && endpoint.previousSecretExpiresAt > now();
  const secrets = [endpoint.secret, ...(overlaps && endpoint.previousSecret ? [endpoint.previousSecret] : [])];
  const headers = signedHeaders(delivery.id, delivery.body, now(), secrets);
  const outcome = await webhooks.post(endpoint.url, delivery.body, headers, stopping);
  if (!stopping.aborted) await settleDelivery(context, taken, outcome);
}
