import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getProject } from '../../use-cases/projects/get-project.ts';
import { presentProject, projectSchema } from './project-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/projects',
  operationId: 'projects.list',
  tags: ['projects'],
  summary: 'List the projects that the key belongs to, which is one',
  ...secured('admin'),
  responses: { 200: json(pageOf(projectSchema), 'The project.') },
});

export const registerListProjects = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const rows = [await getProject(c.get('context'), projectId, projectId)];
    return c.json(presentPage({ rows, hasMore: false }, presentProject), 200);
  });
