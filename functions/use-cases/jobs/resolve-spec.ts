import { type JobSpec, Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { resolveEndpoint } from '../endpoints/resolve-endpoint.ts';
import { findModelVersion } from '../models/get-model-version.ts';
import { modelsOf } from './job-inputs.ts';

/**
 * A spec that says which model versions it means: an endpoint and aliases stand for what they stand for now, whatever that is by the
 * time that the job begins. An alias that stands for nothing is left, for `checkInputs` to object to.
 *
 * @throws {Problem} 422 for an endpoint that does not exist; 409 for one that generates
 */
export async function resolveSpec(context: Context, projectId: string, requested: JobSpec): Promise<JobSpec> {
  const spec = structuredClone(await resolveScorer(context, projectId, requested));
  for (const { pointer, id } of modelsOf(spec)) {
    const version = id.includes('@') ? await findModelVersion(context, projectId, id) : undefined;
    if (version) setAt(spec, pointer, version.id);
  }
  return spec;
}

async function resolveScorer(context: Context, projectId: string, spec: JobSpec): Promise<JobSpec> {
  if (spec.type !== 'bulk_score' || spec.endpoint === undefined || spec.reward_model !== undefined) return spec;
  const { answering } = await resolveEndpoint(context, projectId, spec.endpoint, 'score', null).catch(asInvalidInput);
  return { ...spec, reward_model: answering.modelVersionId };
}

function asInvalidInput(error: unknown): never {
  if (!(error instanceof Problem) || error.status !== 404) throw error;
  const unknown = { pointer: '/endpoint', code: 'unknown_endpoint', detail: error.message };
  throw new Problem(422, 'invalid_inputs', error.message, { errors: [unknown] });
}

type Members = Record<string, unknown>;

/** @param pointer RFC 6901, to a member that is there */
function setAt(spec: JobSpec, pointer: string, value: string): void {
  const names = pointer.slice(1).split('/');
  const last = names.pop() ?? '';
  const holder = names.reduce((object, name) => object[name] as Members, spec as Members);
  holder[last] = value;
}
