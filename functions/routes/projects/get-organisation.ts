import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json, timestamp } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getOrganisation } from '../../use-cases/projects/get-organisation.ts';

const organisationSchema = z
  .object({ id: z.string(), name: z.string(), created_at: timestamp })
  .openapi('Organisation');

const route = createRoute({
  method: 'get',
  path: '/v1/organisations/{id}',
  operationId: 'organisations.get',
  tags: ['projects'],
  summary: 'Get the organisation that a project belongs to',
  ...secured('admin'),
  request: { params: idParam },
  responses: { 200: json(organisationSchema, 'The organisation.') },
});

export const registerGetOrganisation = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, name, createdAt } = await getOrganisation(c.get('context'), c.get('caller'), c.req.valid('param').id);
    return c.json({ id, name, created_at: createdAt.toISOString() }, 200);
  });
