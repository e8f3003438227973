import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { warmUp } from '../../use-cases/endpoints/warm-up.ts';
import { endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';

const answer = z
  .object({
    versions: z.array(
      z.object({
        ...resolved,
        /** Until it was in memory; about 0 for one that was. */
        seconds: z.number(),
      }),
    ),
  })
  .openapi('WarmUpAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/warm-up',
  operationId: 'endpoints.warmUp',
  tags: ['endpoints'],
  summary: "Have an endpoint's models in memory",
  description:
    'A model that nobody asks for a while leaves the memory, and the first request after that waits until it is read.',
  ...secured('score'),
  request: { params: endpointParam },
  responses: { 200: json(answer, 'The versions that answer, all in memory.') },
});

export const registerWarmUp = (app: App) =>
  app.openapi(route, async (c) => {
    const versions = await warmUp(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    const present = ({ seconds, ...version }: (typeof versions)[number]) => ({ ...presentResolved(version), seconds });
    return c.json({ versions: versions.map(present) }, 200);
  });
