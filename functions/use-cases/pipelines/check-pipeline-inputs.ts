import { type DatasetKind, type PipelineSpec, Problem, type ProblemError } from '@laurel/contracts';
import { datasets } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';

/**
 * Checks the datasets that later stages will read: they would else be missed after hours. What the first stage reads, its job checks.
 * None of them is deleted before the transaction ends.
 *
 * @throws {Problem} 422 naming each that is wrong; 409 when one is not ready yet
 */
export async function checkPipelineInputs({ db }: Context, projectId: string, spec: PipelineSpec): Promise<void> {
  const wanted = Object.entries<readonly DatasetKind[]>({
    demonstrations: ['demonstrations'],
    comparisons: ['comparisons'],
    prompts: ['prompts', 'demonstrations'],
    held_out: ['demonstrations'],
    held_out_comparisons: ['comparisons'],
  }).flatMap(([member, kinds]) => {
    const id = spec[member as 'demonstrations'] as string | undefined;
    return id === undefined ? [] : [{ pointer: `/${member}`, id, kinds }];
  });
  const ids = wanted.map(({ id }) => id);
  const found = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), inArray(datasets.id, ids)))
    .orderBy(datasets.id)
    .for('key share');
  const errors: ProblemError[] = [];
  for (const { pointer, id, kinds } of wanted) {
    const dataset = found.find((row) => row.id === id);
    const object = (code: string, detail: string) => errors.push({ pointer, code, detail });
    if (!dataset) object('unknown_dataset', `There is no dataset ${id}; upload it first.`);
    else if (!kinds.includes(dataset.kind))
      object('wrong_kind', `Dataset ${id} holds ${dataset.kind}, not ${kinds.join(' or ')}.`);
    else if (dataset.state !== 'ready')
      object('dataset_not_ready', `Dataset ${id} is ${dataset.state}; wait until it is ready.`);
  }
  const [first] = errors;
  if (first)
    throw new Problem(first.code === 'dataset_not_ready' ? 409 : 422, 'invalid_inputs', first.detail, { errors });
}
