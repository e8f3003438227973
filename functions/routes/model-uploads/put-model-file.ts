import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { bodyOf } from '../../http/body-of.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { putModelFile } from '../../use-cases/model-uploads/put-model-file.ts';
import { modelUploadSchema, presentModelUpload } from './model-upload-schema.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/model-uploads/{id}/files/{name}',
  operationId: 'modelUploads.putFile',
  tags: ['models'],
  summary: 'Upload one file of a model',
  description:
    'The body is the file. Taken are, by the names of Hugging Face: config.json, tokenizer.json, tokenizer_config.json, ' +
    'generation_config.json, model.safetensors, or model.safetensors.index.json and its shards. The answer has the SHA-256 of ' +
    'what has arrived.',
  ...secured('models:write'),
  request: {
    params: idParam.extend({ name: z.string().max(100) }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
  responses: { 200: json(modelUploadSchema, 'The upload with the file.') },
});

export const registerPutModelFile = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, name } = c.req.valid('param');
    const content = bodyOf(c.req.raw);
    const upload = await putModelFile(c.get('context'), c.get('caller').projectId, { upload: id, name, content });
    return c.json(presentModelUpload(upload), 200);
  });
