import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json, modelVersionParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listModelFiles } from '../../use-cases/models/read-model-files.ts';

const modelFilesSchema = z
  .object({
    data: z.array(z.object({ name: z.string(), sha256: z.string(), size_bytes: z.number().int() })),
  })
  .openapi('ModelFiles');

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}/files',
  operationId: 'modelVersions.files',
  tags: ['models'],
  summary: 'List the files of a model version',
  ...secured('models:read'),
  request: { params: modelVersionParam },
  responses: { 200: json(modelFilesSchema, "The files, in Hugging Face's layout.") },
});

export const registerListModelFiles = (app: App) =>
  app.openapi(route, async (c) => {
    const files = await listModelFiles(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json({ data: Object.entries(files).map(([name, file]) => ({ name, ...file })) }, 200);
  });
