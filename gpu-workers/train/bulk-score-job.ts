import {
  type CandidatesRow,
  type Completion,
  completionsOf,
  Problem,
  type SpecOf,
  type StoredRow,
} from '@laurel/contracts';
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

function asCandidates(row: StoredRow): CandidatesRow {
  const completions = completionsOf(row).map((text) => ({ text }));
  if (!('prompt' in row) || completions.length === 0) {
    throw new Problem(422, 'nothing_to_score', 'The dataset has no completions to score.');
  }
  return { group: row.group, prompt: row.prompt, completions };
}
