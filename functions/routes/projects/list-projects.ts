import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listProjects } from '../../use-cases/projects/list-projects.ts';
import { presentProject, projectSchema } from './project-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/projects',
  operationId: 'projects.list',
  tags: ['projects'],
  summary: 'List projects',
  description: "The key's own; a key of the organisation sees all its projects.",
  ...secured('admin'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(projectSchema), 'Projects, newest first.') },
});

export const registerListProjects = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listProjects(c.get('context'), c.get('caller'), c.req.valid('query'));
    return c.json(presentPage(page, presentProject), 200);
  });
