import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { getModelVersion, type ModelVersionRow } from '../models/get-model-version.ts';
import type { EndpointRow } from './get-endpoint.ts';

/** What an endpoint of a model does: reward models score, the others generate. */
export const kindFor = ({ kind }: ModelVersionRow): EndpointRow['kind'] =>
  kind === 'reward_model' ? 'score' : 'generate';

/** @throws {Problem} 422 when the project has no such model version */
export async function modelVersionToServe(context: Context, projectId: string, id: string): Promise<ModelVersionRow> {
  try {
    return await getModelVersion(context, projectId, id);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    const unknown = { pointer: '/model_version', code: 'unknown_model_version', detail: error.message };
    throw new Problem(422, 'invalid_inputs', error.message, { errors: [unknown] });
  }
}
