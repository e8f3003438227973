import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { findModelVersion, type ModelVersionRow } from '../models/get-model-version.ts';
import { notFound } from '../not-found.ts';
import type { EndpointRow } from './get-endpoint.ts';

/** What an endpoint of a model does: reward models score, the others generate. */
export const kindFor = ({ kind }: ModelVersionRow): EndpointRow['kind'] =>
  kind === 'reward_model' ? 'score' : 'generate';

/** @throws {Problem} 422 when the project has no such model version */
export async function modelVersionToServe(
  context: Context,
  projectId: string,
  reference: string,
): Promise<ModelVersionRow> {
  const version = await findModelVersion(context, projectId, reference);
  if (version) return version;
  const { message } = notFound('model version', reference);
  const unknown = { pointer: '/model_version', code: 'unknown_model_version', detail: message };
  throw new Problem(422, 'invalid_inputs', message, { errors: [unknown] });
}
