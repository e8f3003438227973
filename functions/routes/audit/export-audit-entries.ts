import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { secured } from '../../http/secured.ts';
import { sendText } from '../../http/send-text.ts';
import { listAuditEntries } from '../../use-cases/audit/list-audit-entries.ts';
import { allPages } from '../../use-cases/page.ts';
import { auditQuery, filterOf, presentAuditEntry } from './audit-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/audit-entries/export',
  operationId: 'auditEntries.export',
  tags: ['audit'],
  summary: 'Download the audit log',
  description: 'JSON Lines, newest first, as in the list.',
  ...secured('audit:read'),
  request: { query: auditQuery },
  responses: {
    200: {
      description: 'The entries.',
      content: { 'application/x-ndjson': { schema: { type: 'string', format: 'binary' } } },
    },
  },
});

export const registerExportAuditEntries = (app: App) =>
  app.openapi(route, async (c) => {
    const filter = filterOf(c.req.valid('query'));
    const [context, caller] = [c.get('context'), c.get('caller')];
    const lines = async function* () {
      const pages = allPages(
        (page) => listAuditEntries(context, caller, { ...filter, ...page }),
        ({ id }) => id,
      );
      for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(presentAuditEntry(row))}\n`).join('');
    };
    return (await sendText(c, { name: 'audit.jsonl', mediaType: 'application/x-ndjson' }, lines())) as never;
  });
