import { createRoute, z } from '@hono/zod-openapi';
import { evaluationReport } from '@laurel/contracts';
import { accepts } from 'hono/accepts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { named } from '../../http/named.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { readRenderedReport, readReport } from '../../use-cases/jobs/read-report.ts';

const MEDIA_TYPES = { json: 'application/json', html: 'text/html', markdown: 'text/markdown' } as const;

const format = z.enum(['json', 'html', 'markdown']);
const report = json(named(evaluationReport, 'EvaluationReport'), 'The report.');
const text = { schema: { type: 'string' as const } };

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/report',
  operationId: 'jobs.report',
  tags: ['jobs'],
  summary: 'Get what an evaluation found',
  description:
    'As JSON, as one HTML page with plots that needs nothing else, or as Markdown: by `?format=`, or else by the `Accept` header.',
  ...secured('jobs:read'),
  request: {
    params: idParam,
    query: z.object({
      format: format.optional().openapi({ description: 'Wins over `Accept`; JSON if neither says.' }),
    }),
  },
  responses: {
    200: { ...report, content: { ...report.content, [MEDIA_TYPES.html]: text, [MEDIA_TYPES.markdown]: text } },
    409: problem('The job is no evaluation, or has not succeeded.'),
  },
});

export const registerGetReport = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const accepted = accepts(c, { header: 'Accept', supports: Object.values(MEDIA_TYPES), default: MEDIA_TYPES.json });
    const byHeader = format.options.find((each) => MEDIA_TYPES[each] === accepted) ?? 'json';
    const wanted = c.req.valid('query').format ?? byHeader;
    c.header('vary', 'accept');
    if (wanted === 'json') return c.json(await readReport(c.get('context'), projectId, id), 200);
    const rendered = await readRenderedReport(c.get('context'), projectId, id, wanted);
    return c.body(rendered, 200, {
      'content-type': `${MEDIA_TYPES[wanted]}; charset=utf-8`,
      // The page quotes what models wrote: nothing in it may run or be fetched.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    }) as never;
  });
