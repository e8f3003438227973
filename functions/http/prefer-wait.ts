import { setTimeout } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import type { AppEnv } from './app.ts';

const LONGEST_WAIT_SECONDS = 30;
const POLL_MS = 250;

/** `Retry-After` of an answer that says how to ask again: for who does not prefer to wait. */
export const POLL_AFTER_SECONDS = '1';

/** The header of a route whose object may be waited for. */
export const preferHeader = z.object({
  prefer: z
    .string()
    .max(255)
    .optional()
    .openapi({
      description:
        '`wait=N` (RFC 7240): the answer comes when it is over, after N seconds at the latest; up to 30. `Preference-Applied` says ' +
        'how long was waited at most.',
      example: 'wait=10',
    }),
});

/**
 * An object when it is over, or as it is after the time that the request prefers to wait.
 *
 * @param first as it is at first
 * @throws what reading it again throws
 */
export async function awaited<Item>(
  c: HonoContext<AppEnv>,
  first: Item,
  read: () => Promise<Item>,
  isOver: (item: Item) => boolean,
): Promise<Item> {
  const waitSeconds = Math.min(preferredWait(c.req.header('prefer')), c.get('context').longestStreamMs / 1000);
  if (waitSeconds > 0) c.header('preference-applied', `wait=${waitSeconds}`);
  const endMs = performance.now() + waitSeconds * 1000;
  let item = first;
  while (!isOver(item) && !c.req.raw.signal.aborted) {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) break;
    await setTimeout(Math.min(POLL_MS, leftMs));
    item = await read();
  }
  return item;
}

/** Seconds; 0 for none. What is not understood is ignored, as RFC 7240 has it. */
export function preferredWait(header = ''): number {
  const [, seconds = '0'] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(header) ?? [];
  return Math.min(Number(seconds), LONGEST_WAIT_SECONDS);
}
