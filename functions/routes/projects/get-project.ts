import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getProject } from '../../use-cases/projects/get-project.ts';
import { presentProject, projectSchema } from './project-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/projects/{id}',
  operationId: 'projects.get',
  tags: ['projects'],
  summary: 'Get a project',
  ...secured('admin'),
  request: { params: idParam },
  responses: { 200: json(projectSchema, 'The project.') },
});

export const registerGetProject = (app: App) =>
  app.openapi(route, async (c) => {
    const project = await getProject(c.get('context'), c.get('caller'), c.req.valid('param').id);
    return c.json(presentProject(project), 200);
  });
