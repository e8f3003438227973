import { createRoute, z } from '@hono/zod-openapi';
import { serveHealth } from '@laurel/contracts';

import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { VERSION } from '../../version.ts';

const health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    database: z.enum(['pglite', 'postgresql']),
    /** Null while the scoring engine is starting. */
    engine: serveHealth.nullable(),
  })
  .openapi('Health');

const route = createRoute({
  method: 'get',
  path: '/v1/health',
  operationId: 'health.get',
  tags: ['health'],
  summary: 'Tell whether the service is up, and the grade of its engine; needs no key',
  security: [],
  responses: { 200: json(health, 'The service is up.') },
});

export const registerGetHealth = (app: App) =>
  app.openapi(route, async (c) => {
    const { databaseKind, serving } = c.get('context');
    const engine = await serving.health();
    return c.json({ status: 'ok' as const, version: VERSION, database: databaseKind, engine }, 200);
  });
