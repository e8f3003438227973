import type { DatasetKind, JobSpec, JobState, JobType, ModelKind } from '@laurel/contracts';
import { datasets, jobs, models, modelVersions } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { datasetsOf, modelsOf } from '../jobs/job-inputs.ts';
import { getModelVersion } from './get-model-version.ts';

/** What a model comes from, and itself. */
export type LineageNode = { id: string } & (
  | { type: 'model_version'; model: string; number: number; kind: ModelKind; createdAt: Date }
  | { type: 'dataset'; name: string; version: number; kind: DatasetKind; rows: number | null; createdAt: Date }
  | { type: 'job'; jobType: JobType; state: JobState; createdAt: Date }
  | { type: 'checkpoint'; step: number }
  /** Where an imported model was taken from. */
  | { type: 'import'; source: Record<string, string> }
  /** Nothing but the id is known any more. */
  | { type: 'gone' }
);

/** From what came later to what was there before it, as in PROV (W3C 2013), whose relations these are. */
interface LineageEdge {
  type: 'used' | 'was_generated_by' | 'was_derived_from';
  from: string;
  to: string;
  /** Of what a job used: the member of its spec that names it (RFC 6901). */
  role: string | null;
}

export interface Lineage {
  root: string;
  nodes: LineageNode[];
  /** All edges that leave the nodes. */
  edges: LineageEdge[];
  /** Where edges lead to that are no nodes here. */
  notShown: string[];
}

export interface LineageBounds {
  /** Of nodes, in edges from the root. */
  depth: number;
  /** Most nodes. */
  limit: number;
}

interface Origins {
  node: LineageNode;
  edges: LineageEdge[];
}

/** All that a version comes from, the nearest first. @throws {Problem} 404 */
export async function lineageOf(
  context: Context,
  projectId: string,
  reference: string,
  { depth, limit }: LineageBounds,
): Promise<Lineage> {
  const root = (await getModelVersion(context, projectId, reference)).id;
  const nodes = new Map<string, LineageNode>();
  const edges: LineageEdge[] = [];
  let frontier = [root];
  for (let distance = 0; distance <= depth && frontier.length > 0 && nodes.size < limit; distance++) {
    const origins = await originsOf(context, projectId, frontier.slice(0, limit - nodes.size));
    for (const { node } of origins) nodes.set(node.id, node);
    edges.push(...origins.flatMap((found) => found.edges));
    frontier = reached(edges).filter((id) => !nodes.has(id));
  }
  return { root, nodes: [...nodes.values()], edges, notShown: frontier };
}

const reached = (edges: readonly LineageEdge[]) => [...new Set(edges.map(({ to }) => to))];

/** Some nodes and the edges that leave them, in the order of their ids here. */
async function originsOf(context: Context, projectId: string, ids: readonly string[]): Promise<Origins[]> {
  const found = await Promise.all([
    versionsWithOrigins(context, projectId, startingWith('mv_', ids)),
    datasetsWithOrigins(context, projectId, startingWith('ds_', ids)),
    jobsWithOrigins(context, projectId, startingWith('job_', ids)),
  ]);
  const byId = new Map(found.flat().map((origins) => [origins.node.id, origins]));
  return ids.map((id) => byId.get(id) ?? { node: { id, type: 'gone' }, edges: [] });
}

const startingWith = (prefix: string, ids: readonly string[]) => ids.filter((id) => id.startsWith(prefix));

async function versionsWithOrigins({ db }: Context, projectId: string, ids: string[]): Promise<Origins[]> {
  if (ids.length === 0) return [];
  const { id, number, kind, jobId, createdAt } = modelVersions;
  const rows = await db
    .select({ id, number, kind, jobId, createdAt, model: models.name })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(and(eq(models.projectId, projectId), inArray(id, ids)));
  return rows.map(({ jobId: job, ...row }) => ({
    node: { type: 'model_version', ...row },
    edges: [edge('was_generated_by', row.id, job)],
  }));
}

async function datasetsWithOrigins({ db }: Context, projectId: string, ids: string[]): Promise<Origins[]> {
  if (ids.length === 0) return [];
  const { id, name, version, kind, rows: count, createdAt, previous } = datasets;
  const rows = await db
    .select({ id, name, version, kind, rows: count, createdAt, previous })
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), inArray(id, ids)));
  const makers = await db
    .select({ id: jobs.id, datasetId: jobs.datasetId })
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), inArray(jobs.datasetId, ids)));
  return rows.map(({ previous: before, ...row }) => {
    const maker = makers.find(({ datasetId }) => datasetId === row.id);
    const edges = [
      ...(before ? [edge('was_derived_from', row.id, before)] : []),
      ...(maker ? [edge('was_generated_by', row.id, maker.id)] : []),
    ];
    return { node: { type: 'dataset', ...row }, edges };
  });
}

/** Jobs, their checkpoints, and what imports took. */
async function jobsWithOrigins({ db }: Context, projectId: string, ids: string[]): Promise<Origins[]> {
  const [jobIds, belowJobs] = [ids.filter((id) => !id.includes('/')), ids.filter((id) => id.includes('/'))];
  const named = [...new Set(ids.map((id) => id.split('/')[0] ?? ''))];
  if (named.length === 0) return [];
  const rows = await db
    .select({
      id: jobs.id,
      spec: jobs.spec,
      state: jobs.state,
      createdAt: jobs.createdAt,
      origin: modelVersions.origin,
    })
    .from(jobs)
    .leftJoin(modelVersions, eq(modelVersions.jobId, jobs.id))
    .where(and(eq(jobs.projectId, projectId), inArray(jobs.id, named)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ofJobs = jobIds.flatMap((id): Origins[] => {
    const row = byId.get(id);
    if (!row) return [];
    const { spec, state, createdAt } = row;
    return [{ node: { id, type: 'job', jobType: spec.type, state, createdAt }, edges: usedBy(id, spec) }];
  });
  const ofRest = belowJobs.flatMap((id): Origins[] => {
    const [jobId = '', what = ''] = id.split('/');
    const row = byId.get(jobId);
    if (!row) return [];
    if (what !== SOURCE) {
      return [{ node: { id, type: 'checkpoint', step: Number(what) }, edges: [edge('was_generated_by', id, jobId)] }];
    }
    const source = row.origin ?? (row.spec.type === 'import' ? row.spec.source : {});
    return [{ node: { id, type: 'import', source }, edges: [] }];
  });
  return [...ofJobs, ...ofRest];
}

/** Behind the id of a job of type `import`. */
const SOURCE = 'source';

function usedBy(id: string, spec: JobSpec): LineageEdge[] {
  const inputs = [...modelsOf(spec), ...datasetsOf(spec)].map((input) => edge('used', id, input.id, input.pointer));
  return spec.type === 'import' ? [edge('used', id, `${id}/${SOURCE}`, '/source')] : inputs;
}

const edge = (type: LineageEdge['type'], from: string, to: string, role: string | null = null): LineageEdge => ({
  type,
  from,
  to,
  role,
});
