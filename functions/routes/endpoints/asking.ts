import { z } from '@hono/zod-openapi';
import { DEADLINE_HEADER } from '@laurel/contracts';
import type { Context as HonoContext } from 'hono';
import { setMetric } from 'hono/timing';
import type { AppEnv } from '../../http/app.ts';
import { numberInText } from '../../http/schemas.ts';
import type { Ask } from '../../use-cases/endpoints/ask.ts';

const MAX_TIMEOUT_MS = 120_000;

/** The headers of every route that asks an endpoint. */
export const askHeaders = z.object({
  [DEADLINE_HEADER]: numberInText(z.number().int().min(1).max(MAX_TIMEOUT_MS)).optional().openapi({
    description: 'How long the answer is of use, ms; what is still in line then is not computed, and answered 503.',
  }),
  'x-routing-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({
      description:
        'Requests with the same one are answered by the same version while the traffic split stays. Left out: the Idempotency-Key, ' +
        'or the request by itself.',
    }),
});

/** An endpoint by its id or its name. */
export const endpointParam = z.object({
  id: z.string().max(64).openapi({ description: "The endpoint's id or name." }),
});

/** Who asks an endpoint, and how. */
export function askOf(c: HonoContext<AppEnv>, endpoint: string, routingKey = c.req.header('x-routing-key')): Ask {
  const timeoutMs = c.req.header(DEADLINE_HEADER);
  const requestId = c.get('requestId');
  return {
    projectId: c.get('caller').projectId,
    endpoint,
    requestId,
    routingKey: routingKey ?? c.req.header('idempotency-key') ?? requestId,
    timeoutMs: timeoutMs === undefined ? undefined : Number(timeoutMs),
    onTimed: (phase, ms) => setMetric(c, phase, ms),
  };
}
