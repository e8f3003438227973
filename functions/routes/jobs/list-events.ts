import { createRoute, z } from '@hono/zod-openapi';
import { type JobEventType, jobEventTypes } from '@laurel/contracts';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { eventStream, idParam, json, limitOf, pageOf, position } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { presentJobEvent } from '../../use-cases/jobs/job-log.ts';
import { readEvents } from '../../use-cases/jobs/read-events.ts';
import { jobEventSchema } from './job-schema.ts';

const POLL_MS = 500;
const HEARTBEAT_MS = 15_000;
const BATCH = 100;

const page = json(pageOf(jobEventSchema), 'Events, oldest first, or all of them as they come.');

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/events',
  operationId: 'jobs.events',
  tags: ['jobs'],
  summary: "Read a job's log",
  description:
    'Pages, or with `Accept: text/event-stream` server-sent events until the job has ended; resume with ' +
    '`Last-Event-ID` or `?after=`.',
  ...secured('jobs:read'),
  request: {
    params: idParam,
    headers: z.object({ 'last-event-id': position.optional() }),
    query: z.object({
      limit: limitOf(1000, 100),
      type: z.enum(jobEventTypes).optional().openapi({ description: 'Only events of this type, such as `log`.' }),
      after: position.optional().openapi({ description: 'Number of the last event seen.' }),
    }),
  },
  responses: {
    200: { ...page, content: { ...page.content, ...eventStream } },
  },
});

export const registerListEvents = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const { limit, type, after: fromQuery } = c.req.valid('query');
    const after = c.req.valid('header')['last-event-id'] ?? fromQuery ?? 0;
    const first = await readEvents(context, projectId, id, { limit, after, type });
    if (!c.req.header('accept')?.includes('text/event-stream')) return c.json(presentPage(first, presentJobEvent), 200);
    return streamSSE(c, (stream) => follow(stream, context, projectId, id, { after, type })) as never;
  });

async function follow(
  stream: SSEStreamingApi,
  context: Context,
  projectId: string,
  id: string,
  { after, type }: { after: number; type: JobEventType | undefined },
) {
  let last = after;
  let heardAtMs = performance.now();
  const endMs = performance.now() + context.longestStreamMs;
  for (;;) {
    const { rows, isComplete } = await readEvents(context, projectId, id, { limit: BATCH, after: last, type });
    for (const row of rows) {
      const event = presentJobEvent(row);
      await stream.writeSSE({ id: event.id, event: event.type, data: JSON.stringify(event) });
      last = row.seq;
    }
    if (isComplete || stream.aborted || performance.now() >= endMs) return;
    const isSilent = rows.length === 0 && performance.now() - heardAtMs >= HEARTBEAT_MS - POLL_MS;
    if (isSilent) await stream.write(': heartbeat\n\n');
    if (isSilent || rows.length > 0) heardAtMs = performance.now();
    await stream.sleep(POLL_MS);
  }
}
