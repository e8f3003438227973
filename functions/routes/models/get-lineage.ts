import { createRoute, z } from '@hono/zod-openapi';
import { datasetKind, jobState, jobTypes, modelKind } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { json, limitOf, modelVersionParam, numberInText, timestamp } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { type LineageNode, lineageOf } from '../../use-cases/models/lineage.ts';

const node = <Type extends LineageNode['type'], Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  z.object({ id: z.string(), type: z.literal(type), ...fields });

const nodeSchema = z
  .discriminatedUnion('type', [
    node('model_version', {
      /** The model's name. */
      model: z.string(),
      number: z.number().int(),
      kind: modelKind,
      created_at: timestamp,
    }),
    node('dataset', {
      name: z.string(),
      version: z.number().int(),
      kind: datasetKind,
      rows: z.number().int().nullable(),
      created_at: timestamp,
    }),
    node('job', { job_type: z.enum(jobTypes), state: jobState, created_at: timestamp }),
    node('checkpoint', { step: z.number().int() }),
    /** Where an imported model was taken from, such as the hub's repository and commit. */
    node('import', { source: z.record(z.string(), z.string()) }),
    /** Deleted since: nothing but its id is known any more. */
    node('gone', {}),
  ])
  .openapi('LineageNode');

const lineageSchema = z
  .object({
    /** The version that was asked for. */
    root: z.string(),
    /** The nearest ones first. */
    nodes: z.array(nodeSchema),
    /** All edges that leave the nodes, each from what came later to what was there before. */
    edges: z.array(
      z.object({
        type: z.enum(['used', 'was_generated_by', 'was_derived_from']),
        from: z.string(),
        to: z.string(),
        /** Of what a job used: the member of its spec that names it, as a JSON pointer. */
        role: z.string().nullable(),
      }),
    ),
    /** Whether this is all; otherwise `depth` or `limit` ended it. */
    complete: z.boolean(),
    /** Where edges lead to that are no nodes here; of a model version among them the lineage can be asked for in turn. */
    not_shown: z.array(z.string()),
  })
  .openapi('Lineage');

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}/lineage',
  operationId: 'modelVersions.lineage',
  tags: ['models'],
  summary: 'Get all that a model version comes from, as a graph',
  description:
    'Nodes are model versions, datasets, jobs, checkpoints and what was imported; edges are relations of PROV (W3C 2013): a job `used` its inputs, ' +
    'a version, checkpoint or dataset `was_generated_by` a job, a dataset `was_derived_from` the one that it was appended to.',
  ...secured('models:read'),
  request: {
    params: modelVersionParam,
    query: z.object({
      depth: numberInText(z.number().int().min(1).max(100)).default(100).openapi({
        description: 'How many edges away from the version nodes may be.',
      }),
      limit: limitOf(1000, 1000).openapi({ description: 'Most nodes to answer.' }),
    }),
  },
  responses: { 200: json(lineageSchema, 'The graph.') },
});

export const registerGetLineage = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const { root, nodes, edges, notShown } = await lineageOf(c.get('context'), projectId, id, c.req.valid('query'));
    const answer = { root, nodes: nodes.map(present), edges, complete: notShown.length === 0, not_shown: notShown };
    return c.json(answer, 200);
  });

function present(found: LineageNode): z.input<typeof nodeSchema> {
  switch (found.type) {
    case 'model_version':
    case 'dataset': {
      const { createdAt, ...facts } = found;
      return { ...facts, created_at: createdAt.toISOString() };
    }
    case 'job': {
      const { jobType: job_type, createdAt, ...facts } = found;
      return { ...facts, job_type, created_at: createdAt.toISOString() };
    }
    case 'checkpoint':
    case 'import':
    case 'gone':
      return found;
  }
}
