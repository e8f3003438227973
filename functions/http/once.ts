import { z } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import type { Context } from '../context.ts';
import { idempotent, type Keep } from '../use-cases/idempotent.ts';
import type { AppEnv } from './app.ts';

const REPLAY =
  'For a day the same key with the same request answers with what was made (`Idempotent-Replayed: true`); with another request it is ' +
  'refused (422), and while the first is running as well (409). An answer with a secret does not come again (422).';

const keyOf = (wording: string) => z.string(wording).min(1).max(255);

/** The headers of a route that makes something. */
export const idempotencyKey = z.object({
  'idempotency-key': keyOf('must be text').optional().openapi({ description: REPLAY }),
});

/** The same where making it twice costs too much to be left to chance. */
export const requiredIdempotencyKey = z.object({
  'idempotency-key': keyOf('the header Idempotency-Key is required; send a new UUID').openapi({ description: REPLAY }),
});

type Content = string | (() => string | Promise<string>);

/**
 * Makes something in one transaction, once for the request's `Idempotency-Key` if it has one
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * @param content the body; its method, path and query are known
 * @throws {Problem} as `idempotent`
 */
export const once = <Answer extends { id: string }>(
  c: HonoContext<AppEnv>,
  content: Content,
  make: (within: Context) => Promise<Answer>,
): Promise<Answer> =>
  onceKept<Answer, Answer>(
    c,
    content,
    (answer) => answer,
    (keep) =>
      c.get('context').db.transaction(async (tx) => {
        const answer = await make({ ...c.get('context'), db: tx });
        await keep(tx, answer);
        return answer;
      }),
  );

/** The same for work that is too long for one transaction: its last one keeps what it made. */
export async function onceKept<Made, Answer extends { id: string }>(
  c: HonoContext<AppEnv>,
  content: Content,
  present: (made: Made) => Answer,
  make: (keep: Keep<Made>) => Promise<Made>,
): Promise<Answer> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return present(await make(async () => {}));
  const { pathname, search } = new URL(c.req.url);
  const target = `${c.req.method} ${pathname}${search}`;
  const request = {
    projectId: c.get('caller').projectId,
    key,
    content: async () => `${target}\n${typeof content === 'string' ? content : await content()}`,
  };
  const { answer, isReplay } = await idempotent<Answer>(c.get('context'), request, async (keep) =>
    present(await make((tx, made) => keep(tx, present(made)))),
  );
  if (isReplay) c.header('idempotent-replayed', 'true');
  return answer;
}
