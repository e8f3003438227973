import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
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
  ...secured('admin'),
  request: { body: jsonBody(z.strictObject({ name: z.string().min(1).max(100) })) },
  responses: { 201: json(createdProjectSchema, 'The project and the secret of its admin key.') },
});

export const registerCreateProject = (app: App) =>
  app.openapi(route, async (c) => {
    const { project, secret } = await createProject(c.get('context'), c.req.valid('json').name);
    return c.json({ ...presentProject(project), secret }, 201);
  });
