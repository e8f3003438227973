import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { type Checkpoint, listCheckpoints } from '../../use-cases/jobs/checkpoints.ts';

const checkpointSchema = z
  .object({
    /** `job_…/<step>`: once the job has ended, another may name it where a model version is wanted. */
    id: z.string(),
    step: z.number().int(),
    manifest_sha256: z.string(),
    size_bytes: z.number().int(),
    /** Whether it has a whole model that another job can start from: adapters alone are none. */
    holds_model: z.boolean(),
  })
  .openapi('Checkpoint');

const present = (jobId: string, checkpoint: Checkpoint): z.input<typeof checkpointSchema> => ({
  id: `${jobId}/${checkpoint.step}`,
  step: checkpoint.step,
  manifest_sha256: checkpoint.manifestSha256,
  size_bytes: checkpoint.sizeBytes,
  holds_model: checkpoint.holdsModel,
});

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/checkpoints',
  operationId: 'jobs.checkpoints',
  tags: ['jobs'],
  summary: 'List the checkpoints of a job',
  description: 'The newest two are kept.',
  ...secured('jobs:read'),
  request: { params: idParam },
  responses: { 200: json(z.object({ data: z.array(checkpointSchema) }), 'Checkpoints, newest first.') },
});

export const registerListCheckpoints = (app: App) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const checkpoints = await listCheckpoints(c.get('context'), c.get('caller').projectId, id);
    return c.json({ data: checkpoints.map((checkpoint) => present(id, checkpoint)) }, 200);
  });
