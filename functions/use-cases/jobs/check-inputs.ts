import { type JobSpec, lackingModelFiles, Problem, type ProblemError } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { findDatasets, findModelUploads } from './find-inputs.ts';
import { findModels } from './find-models.ts';
import { datasetsOf, modelsOf, uploadOf } from './job-inputs.ts';

/**
 * Checks that all a job needs is there and is what it has to be.
 *
 * @throws {Problem} 422 naming each member that is wrong; 409 when a dataset is not ready yet
 */
export async function checkInputs(
  context: Pick<Context, 'db' | 'artifacts'>,
  projectId: string,
  spec: JobSpec,
): Promise<void> {
  const datasets = await findDatasets(context, projectId, spec);
  const models = await findModels(context, projectId, spec);
  const errors: ProblemError[] = [];
  const object = (pointer: string, code: string, detail: string) => errors.push({ pointer, code, detail });

  for (const { pointer, id, kinds } of datasetsOf(spec)) {
    const dataset = datasets.get(id);
    const wanted = kinds.join(' or ');
    if (!dataset) object(pointer, 'unknown_dataset', `There is no dataset ${id}; upload it first.`);
    else if (!kinds.includes(dataset.kind))
      object(pointer, 'wrong_kind', `Dataset ${id} holds ${dataset.kind}, not ${wanted}.`);
  }
  for (const { pointer, id, kinds } of modelsOf(spec)) {
    const model = models.get(id);
    const wanted = kinds.join(' or ');
    if (!model && id.includes('/')) object(pointer, 'unknown_checkpoint', noCheckpoint(id));
    else if (!model && id.includes('@')) object(pointer, 'unknown_model_version', noAlias(id));
    else if (!model)
      object(pointer, 'unknown_model_version', `There is no model version ${id}; train a ${wanted} first.`);
    else if (!kinds.includes(model.kind)) object(pointer, 'wrong_kind', `${id} is a ${model.kind}, not a ${wanted}.`);
  }
  const upload = uploadOf(spec);
  if (upload !== undefined) {
    const found = (await findModelUploads(context, projectId, spec)).get(upload);
    const pointer = '/source/upload';
    if (!found) object(pointer, 'unknown_model_upload', `There is no upload ${upload}; one is kept for a day.`);
    else for (const lack of lackingModelFiles(Object.keys(found.files))) object(pointer, 'incomplete_model', lack);
  }
  if (errors.length > 0) throw new Problem(422, 'invalid_inputs', errors[0]?.detail ?? '', { errors });

  for (const { pointer, id } of datasetsOf(spec)) {
    const state = datasets.get(id)?.state;
    if (state === 'ready') continue;
    const detail = `Dataset ${id} is ${state}; start the job when it is ready.`;
    throw new Problem(409, 'dataset_not_ready', detail, { errors: [{ pointer, code: 'dataset_not_ready', detail }] });
  }
}

const noAlias = (id: string) =>
  `No model version is called ${id}; GET /v1/models/{id}/aliases lists those aliases there are of a model.`;

const noCheckpoint = (id: string) =>
  `There is no checkpoint ${id} of a job that has ended, or it holds no whole model; GET /v1/jobs/{id}/checkpoints lists those there are.`;
