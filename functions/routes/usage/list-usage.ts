import { createRoute, z } from '@hono/zod-openapi';
import { usageMeasure } from '@laurel/contracts';
import { accepts } from 'hono/accepts';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { sendText } from '../../http/send-text.ts';
import { dayOf } from '../../usage/add-usage.ts';
import { allPages } from '../../use-cases/page.ts';
import { daysBefore } from '../../use-cases/retention/days-before.ts';
import { type DayOfUse, idOfDay, listUsage } from '../../use-cases/usage/list-usage.ts';

const CSV = 'text/csv';
const DEFAULT_DAYS = 30;
const measures = usageMeasure.options;

const usageSchema = z
  .object({
    id: z.string(),
    day: z.iso.date(),
    project: z.string(),
    /** That came with a key. */
    requests: z.number(),
    /** Prompts and completions, as the scores tell. */
    scored_tokens: z.number(),
    /** Of prompts, read to generate. */
    prompt_tokens: z.number(),
    generated_tokens: z.number(),
    /** That were begun. */
    jobs: z.number(),
    /** That jobs' workers have worked. */
    worker_seconds: z.number(),
    /** As measured last that day, which is done once an hour. */
    stored_bytes: z.number(),
  })
  .openapi('Usage');

const present = (use: DayOfUse): z.input<typeof usageSchema> => ({
  id: idOfDay(use),
  day: use.day,
  project: use.projectId,
  ...(Object.fromEntries(measures.map((measure) => [measure, use.amounts[measure] ?? 0])) as Required<
    DayOfUse['amounts']
  >),
});

const page = json(pageOf(usageSchema), 'Days with use, newest first.');

const route = createRoute({
  method: 'get',
  path: '/v1/usage',
  operationId: 'usage.list',
  tags: ['usage'],
  summary: 'List what was used, by day (UTC) and project',
  description:
    "The project's own; a key of the organisation sees all its projects. As CSV, with all days at once, by `Accept: text/csv`. Requests and " +
    'tokens are counted in memory and written each second: so much is lost when the server is killed.',
  ...secured('usage:read'),
  request: {
    query: pageQuery.extend({
      from: z.iso.date().optional().openapi({ description: 'The first day; 30 days ago if left out.' }),
      to: z.iso.date().optional().openapi({ description: 'The last day; today if left out.' }),
      project: z.string().max(64).optional(),
    }),
  },
  responses: { 200: { ...page, content: { ...page.content, [CSV]: { schema: { type: 'string' } } } } },
});

export const registerListUsage = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const day = (daysAgo: number) => dayOf(daysBefore(context.now(), daysAgo));
    const { limit, after, from = day(DEFAULT_DAYS), to = day(0), project } = c.req.valid('query');
    const read = (part: { limit: number; after?: string | undefined }) =>
      listUsage(context, c.get('caller'), { from, to, project, ...part });
    c.header('vary', 'accept');
    const accepted = accepts(c, { header: 'Accept', supports: ['application/json', CSV], default: 'application/json' });
    if (accepted !== CSV) return c.json(presentPage(await read({ limit, after }), present), 200);
    const lines = async function* () {
      yield `${['day', 'project', ...measures].join(',')}\r\n`;
      for await (const rows of allPages(read, idOfDay)) {
        yield rows
          .map(
            ({ day: of, projectId, amounts }) =>
              `${[of, projectId, ...measures.map((each) => amounts[each] ?? 0)].join(',')}\r\n`,
          )
          .join('');
      }
    };
    return (await sendText(
      c,
      { name: `usage.${from}.${to}.csv`, mediaType: `${CSV}; charset=utf-8` },
      lines(),
    )) as never;
  });
