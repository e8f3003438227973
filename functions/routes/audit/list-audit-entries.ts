import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listAuditEntries } from '../../use-cases/audit/list-audit-entries.ts';
import { auditEntrySchema, auditQuery, filterOf, presentAuditEntry } from './audit-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/audit-entries',
  operationId: 'auditEntries.list',
  tags: ['audit'],
  summary: 'List who asked for what change, and what came of it',
  description:
    'One entry for every request that changes something, refused ones among them; none for scoring, and nothing of a body. ' +
    "The project's own; a key of the organisation sees all its projects.",
  ...secured('audit:read'),
  request: { query: pageQuery.extend(auditQuery.shape) },
  responses: { 200: json(pageOf(auditEntrySchema), 'Entries, newest first.') },
});

export const registerListAuditEntries = (app: App) =>
  app.openapi(route, async (c) => {
    const { limit, after, ...query } = c.req.valid('query');
    const page = await listAuditEntries(c.get('context'), c.get('caller'), { limit, after, ...filterOf(query) });
    return c.json(presentPage(page, presentAuditEntry), 200);
  });
