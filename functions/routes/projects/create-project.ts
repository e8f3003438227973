import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createProject } from '../../use-cases/projects/create-project.ts';
import { createdProjectSchema, presentProject } from './project-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/projects',
  operationId: 'projects.create',
  tags: ['projects'],
  summary: 'Make a project and its first key, whose secret is shown this once',
  ...secured('organisation:admin'),
  request: { headers: idempotencyKey, body: jsonBody(z.strictObject({ name: z.string().min(1).max(100) })) },
  responses: { 201: json(createdProjectSchema, 'The project and the secret of its admin key.') },
});

export const registerCreateProject = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const made = await once(c, JSON.stringify(asked), async (within) => {
      const { project, secret } = await createProject(within, c.get('caller'), asked.name);
      return { ...presentProject(project), secret };
    });
    return c.json(made, 201, { location: `/v1/projects/${made.id}` });
  });
