import { completionsOf, Problem, type ServeScoreRequest, type StoredRow } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { findDataset } from '../datasets/get-dataset.ts';
import { sampleRows } from '../datasets/sample-rows.ts';
import type { DatasetRow } from '../datasets/upload-dataset.ts';
import { getModelVersion, type ModelVersionRow } from './get-model-version.ts';
import {
  agreementOf,
  type ComparedAccuracy,
  comparedAccuracyOf,
  type ScoreAgreement,
  type ScoredTwice,
} from './score-agreement.ts';

export interface ScoreComparison extends ScoreAgreement {
  first: ModelVersionRow;
  second: ModelVersionRow;
  dataset: DatasetRow;
  rows: number;
  completions: number;
  /** Completions whose prompt or end one of the models had to cut. */
  truncated: number;
  /** Null where the dataset has no comparisons. */
  accuracy: ComparedAccuracy | null;
}

/** Of one request to the engine, unless a row has more. */
const COMPLETIONS_AT_ONCE = 64;
/** Of all: rows behind it are left out. */
const MAX_COMPLETIONS = 4096;

/**
 * Has two reward models score the same rows of a dataset, up to `maxRows` from all over it.
 *
 * @throws {Problem} 404; 409 for models that do not score, and a dataset that is not ready; 422 for a dataset that does not exist or has
 *   nothing to score; what the engine objects to
 */
export async function compareScores(
  context: Context,
  projectId: string,
  references: readonly [string, string],
  { dataset: datasetId, maxRows }: { dataset: string; maxRows: number },
): Promise<ScoreComparison> {
  const first = await rewardModel(context, projectId, references[0]);
  const second = await rewardModel(context, projectId, references[1]);
  const dataset = await findDataset(context, projectId, datasetId);
  if (!dataset) throw objection('unknown_dataset', `There is no dataset ${datasetId}; upload it first.`);
  const { state, artifactKey, rows: count, sizeBytes } = dataset;
  if (state !== 'ready' || artifactKey === null || count === null || sizeBytes === null) {
    throw new Problem(409, 'dataset_not_ready', `Dataset ${datasetId} is ${state}; compare on it when it is ready.`);
  }
  const items = itemsOf(await sampleRows(context.artifacts, { artifactKey, rows: count, sizeBytes }, maxRows));
  if (items.length === 0) {
    const detail = `Dataset ${datasetId} holds ${dataset.kind}, in which there are no completions to score.`;
    throw objection('wrong_kind', detail);
  }
  const rows: ScoredTwice[] = [];
  for (const batch of batchesOf(items)) {
    const score = async ({ artifactPrefix: prefix, manifestSha256: manifest_sha256 }: ModelVersionRow) =>
      (await context.serving.score({ model: { prefix, manifest_sha256 }, truncation: 'post', items: batch })).items;
    const [ours, theirs] = [await score(first), await score(second)];
    rows.push(...batch.map(({ completions }, i) => ({ completions, first: ours[i] ?? [], second: theirs[i] ?? [] })));
  }
  const isCut = rows.flatMap((row) => row.first.map((one, i) => one.truncated || row.second[i]?.truncated === true));
  return {
    first,
    second,
    dataset,
    rows: rows.length,
    completions: isCut.length,
    truncated: isCut.filter(Boolean).length,
    ...agreementOf(rows),
    accuracy: dataset.kind === 'comparisons' ? comparedAccuracyOf(rows) : null,
  };
}

type Items = ServeScoreRequest['items'];

/** As many of the rows' completions as may be scored. */
function itemsOf(rows: readonly StoredRow[]): Items {
  let left = MAX_COMPLETIONS;
  return rows.flatMap((row) => {
    const completions = completionsOf(row);
    if (!('prompt' in row) || completions.length === 0 || completions.length > left) return [];
    left -= completions.length;
    return [{ prompt: row.prompt, completions }];
  });
}

function* batchesOf(items: Items): Generator<Items> {
  let batch: Items = [];
  let size = 0;
  for (const item of items) {
    if (size > 0 && size + item.completions.length > COMPLETIONS_AT_ONCE) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(item);
    size += item.completions.length;
  }
  yield batch;
}

async function rewardModel(context: Context, projectId: string, reference: string): Promise<ModelVersionRow> {
  const version = await getModelVersion(context, projectId, reference);
  if (version.kind === 'reward_model') return version;
  throw new Problem(409, 'wrong_kind', `${reference} is a ${version.kind}; only a reward_model scores.`);
}

const objection = (code: string, detail: string) =>
  new Problem(422, 'invalid_inputs', detail, { errors: [{ pointer: '/dataset', code, detail }] });
