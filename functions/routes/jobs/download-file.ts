import { createRoute } from '@hono/zod-openapi';
import { exportMediaTypes, Problem } from '@laurel/contracts';
import { answerFile, fileHeaders, fileResponses } from '../../http/answer-file.ts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getJob } from '../../use-cases/jobs/get-job.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/file',
  operationId: 'jobs.file',
  tags: ['jobs'],
  summary: 'Download the file that an export made',
  description: 'The ETag is its SHA-256. `Range: bytes=N-` goes on with a download that broke off.',
  ...secured('jobs:read'),
  request: { params: idParam, headers: fileHeaders },
  responses: { ...fileResponses(...exportMediaTypes), 409: problem('The job has no file.') },
});

export const registerDownloadFile = (app: App) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const { file, state } = await getJob(c.get('context'), c.get('caller').projectId, id);
    if (!file)
      throw new Problem(409, 'no_file', `Job ${id} is ${state} and has no file; an export has one once it succeeds.`);
    const { name, sha256, size_bytes: sizeBytes, key, media_type: mediaType } = file;
    c.header('content-disposition', `attachment; filename="${name}"`);
    return answerFile(c, { name, sha256, sizeBytes, key, mediaType }, c.req.valid('header'));
  });
