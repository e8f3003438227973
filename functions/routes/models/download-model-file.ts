import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { readByteRange } from '../../http/byte-range.ts';
import { idParam, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { findModelFile } from '../../use-cases/models/read-model-files.ts';

const file = { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } as const;

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}/files/{name}',
  operationId: 'modelVersions.downloadFile',
  tags: ['models'],
  summary: 'Download one file of a model version',
  description: 'The ETag is its SHA-256. `Range: bytes=N-` goes on with a download that broke off.',
  ...secured('models:read'),
  request: {
    params: idParam.extend({ name: z.string().max(100) }),
    headers: z.object({
      range: z.string().optional(),
      'if-range': z.string().optional(),
      'if-none-match': z.string().optional(),
    }),
  },
  responses: {
    200: { description: 'The file.', ...file },
    206: { description: 'The part of it that `Range` asks for.', ...file },
    304: { description: 'It is the one that `If-None-Match` names.' },
    ...problems,
  },
});

export const registerDownloadModelFile = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { id, name } = c.req.valid('param');
    const { sha256, sizeBytes, key } = await findModelFile(context, c.get('caller').projectId, id, name);
    const etag = `"${sha256}"`;
    c.header('etag', etag);
    c.header('accept-ranges', 'bytes');
    const { range: asked, 'if-range': ifRange = etag, 'if-none-match': known } = c.req.valid('header');
    if (known === etag) return c.body(null, 304);

    const range = ifRange === etag ? readByteRange(asked, sizeBytes) : 'whole';
    if (range === 'unsatisfiable') {
      throw new Problem(416, 'unsatisfiable_range', `${name} has ${sizeBytes} bytes; ask for a range within them.`);
    }
    const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range;
    c.header('content-type', 'application/octet-stream');
    c.header('content-length', String(last - first + 1));
    if (range !== 'whole') c.header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
    const content = range === 'whole' ? context.artifacts.read(key) : context.artifacts.read(key, range);
    return c.body(Readable.toWeb(Readable.from(content)) as ReadableStream, range === 'whole' ? 200 : 206);
  });
