import { createRoute, z } from '@hono/zod-openapi';
import { answerFile, fileHeaders, fileResponses } from '../../http/answer-file.ts';
import type { App } from '../../http/app.ts';
import { modelVersionParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { findModelFile } from '../../use-cases/models/read-model-files.ts';

const MEDIA_TYPE = 'application/octet-stream';

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}/files/{name}',
  operationId: 'modelVersions.downloadFile',
  tags: ['models'],
  summary: 'Download one file of a model version',
  description: 'The ETag is its SHA-256. `Range: bytes=N-` goes on with a download that broke off.',
  ...secured('models:read'),
  request: { params: modelVersionParam.extend({ name: z.string().max(100) }), headers: fileHeaders },
  responses: fileResponses(MEDIA_TYPE),
});

export const registerDownloadModelFile = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, name } = c.req.valid('param');
    const file = await findModelFile(c.get('context'), c.get('caller').projectId, id, name);
    return answerFile(c, { ...file, name, mediaType: MEDIA_TYPE }, c.req.valid('header'));
  });
