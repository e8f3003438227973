import { LaurelError } from './errors.ts';
import type { components } from './generated/api.ts';

/** What a webhook tells: `type` says which of them it is. */
export type WebhookEvent = components['schemas']['WebhookEvent'];

/** What came is not what the service sent to this endpoint just now. Answer it with 400. */
export class WebhookVerificationError extends LaurelError {
  override name = 'WebhookVerificationError';

  constructor(message: string, cause?: unknown) {
    super('webhook_not_verified', message, cause);
  }
}

/** Those of the Fetch API, or of Node's `request.headers`. */
type ReceivedHeaders = Headers | Record<string, string | string[] | undefined>;

const TOLERANCE_SECONDS = 5 * 60;
const PREFIX = 'whsec_';

/**
 * Checks that a message was signed with the endpoint's secret within the last five minutes (Standard Webhooks), and reads it. A
 * message may come twice: the header `webhook-id` tells.
 *
 * @param body as it came, to the byte
 * @throws {WebhookVerificationError}
 * @example
 * const event = await webhooks.unwrap(await request.text(), request.headers, process.env.WEBHOOK_SECRET);
 * if (event.type === 'job.state') console.log(event.data.job, event.data.event.data.state);
 */
export async function unwrap(
  body: string | Uint8Array,
  headers: ReceivedHeaders,
  secret: string,
): Promise<WebhookEvent> {
  const id = headerOf(headers, 'webhook-id');
  const seconds = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  checkTime(seconds);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const key = await keyOf(secret);
  const signed = new TextEncoder().encode(`${id}.${seconds}.${text}`);
  for (const signature of signatures.split(' ')) {
    const [version, value = ''] = signature.split(',');
    if (version !== 'v1') continue;
    // Compares in constant time, which comparing texts would not.
    if (await crypto.subtle.verify('HMAC', key, bytesOf(value), signed)) return JSON.parse(text) as WebhookEvent;
  }
  throw new WebhookVerificationError('No signature of this message was made with this secret.');
}

function headerOf(headers: ReceivedHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookVerificationError(`The message has no header ${name}.`);
}

function checkTime(seconds: string): void {
  const ageSeconds = Date.now() / 1000 - Number(seconds);
  if (Math.abs(ageSeconds) <= TOLERANCE_SECONDS) return;
  throw new WebhookVerificationError(
    `The message was not sent within the last ${TOLERANCE_SECONDS / 60} minutes; is this clock right?`,
  );
}

function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : new Uint8Array();
  if (bytes.length === 0)
    throw new WebhookVerificationError('The secret has to be the one that the service showed: whsec_…');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** Of base64; none where it is something else. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
