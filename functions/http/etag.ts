import { z } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Expectation } from '../use-cases/expectation.ts';
import { sha256 } from '../use-cases/secrets.ts';

/** The header of a route that changes an object. */
export const ifMatchHeader = z.object({
  'if-match': z.string().max(1000).optional().openapi({
    description:
      'The ETag that GET answered: what somebody has changed since is not changed (412). Left out: whatever it is by now.',
  }),
});

/**
 * Gives objects and lists an ETag, the hash of what is answered, and answers 304 where the request has that already
 * (RFC 9110, sections 8.8.3 and 13.1.2). Files and streams are left as they are.
 */
export const validated = createMiddleware(async (c, next) => {
  await next();
  if (!/^(GET|HEAD)$/.test(c.req.method)) return;
  const { status, headers } = c.res;
  const isJson = headers.get('content-type')?.startsWith('application/json');
  if (status !== 200 || !isJson || headers.has('etag')) return;
  const text = await c.res.text();
  const etag = etagOfText(text);
  const isKnown = names(c.req.header('if-none-match'), etag);
  c.res = new Response(isKnown ? null : text, { status: isKnown ? 304 : 200, headers });
  c.res.headers.set('etag', etag);
  if (isKnown) c.res.headers.delete('content-type');
});

/**
 * That an object is still the one that `If-Match` names (RFC 9110, section 13.1.1).
 *
 * @param present as GET answers it
 */
export const expected =
  <Row>(c: HonoContext, present: (row: Row) => unknown): Expectation<Row> =>
  (row) => {
    const header = c.req.header('if-match');
    if (header === undefined) return;
    if (row !== undefined && names(header, etagOfText(JSON.stringify(present(row))))) return;
    const detail = 'It is not what If-Match names: somebody has changed it. Get it again, and decide anew.';
    throw new Problem(412, 'precondition_failed', detail);
  };

const etagOfText = (text: string): string => `"${sha256(text).slice(0, 32)}"`;

/** Whether a list of ETags, or `*`, has this one. Proxies that compress make an ETag weak; the object is the same. */
function names(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags?.some((tag) => tag === etag || tag === '*') ?? false;
}
