import { Problem, type WebhookEventType } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { ForbiddenTarget } from '../../webhooks/webhook-client.ts';

/** What an endpoint's owner says of it. */
export interface WebhookSettings {
  url: string;
  description: string;
  /** Null for everything. */
  eventTypes: WebhookEventType[] | null;
}

/** Refuses a URL that nothing would be sent to. @throws {Problem} 422 */
export async function checkTarget({ webhooks }: Context, url: string): Promise<void> {
  try {
    await webhooks.check(url);
  } catch (error) {
    if (!(error instanceof ForbiddenTarget)) throw error;
    const { code, message } = error;
    const detail = `Webhooks cannot be sent there: ${message}`;
    throw new Problem(422, 'invalid_inputs', detail, { errors: [{ pointer: '/url', code, detail }] });
  }
}
