import { type CandidatesRow, type Completion, Problem, type SpecOf, type StoredRow } from '@laurel/contracts';
import { disposeParameters, readModelFiles, scoreCompletions } from '@laurel/learning';
import { readFiles } from '../read-files.ts';
import { readRows } from './inputs.ts';
import type { Job } from './job.ts';
import { publishRows } from './sharded-rows.ts';

/** Scores every completion of a dataset; what comes out has the same prompts, in the same order. */
export async function bulkScoreJob(job: Job, spec: SpecOf<'bulk_score'>): Promise<Completion> {
  const { claim, store, engine, reporter } = job;
  const [dataset] = Object.entries(claim.datasets);
  const [modelInput] = Object.values(claim.models);
  if (!dataset || !modelInput) throw new Problem(422, 'incomplete_claim', 'The job has no dataset or no model.');
  const model = readModelFiles(await readFiles(store, modelInput.prefix, modelInput.manifest_sha256));
  reporter.event('stage', { stage: 'working' });
  try {
    const result = await publishRows(
      job,
      'candidates',
      { rows: readRows(store, ...dataset), count: dataset[1].rows },
      (rows) => {
        const candidates = rows.map(asCandidates);
        const items = candidates.map(({ prompt, completions }) => ({
          prompt,
          completions: completions.map(({ text }) => text),
        }));
        const scores = scoreCompletions(engine.kernels, model, items, spec.truncation);
        return candidates.map((row, i) => ({
          ...row,
          completions: row.completions.map(({ text }, k) => ({ text, ...scores[i]?.[k] })),
        }));
      },
    );
    return { result, metrics: { rows: result.rows } };
  } finally {
    disposeParameters(model.decoder.parameters);
  }
}

/** The completions of a row of any kind that has some. */
function asCandidates(row: StoredRow): CandidatesRow {
  if (!('prompt' in row)) throw new Problem(422, 'nothing_to_score', 'The dataset has no completions to score.');
  const { group, prompt } = row;
  if ('completions' in row) return row;
  if ('chosen' in row) return { group, prompt, completions: [{ text: row.chosen }, { text: row.rejected }] };
  if ('completion' in row) return { group, prompt, completions: [{ text: row.completion }] };
  throw new Problem(422, 'nothing_to_score', 'The dataset has no completions to score.');
}
