import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type ClaimAnswer, Problem, rowSchemas, type StoredRow } from '@laurel/contracts';
import type { JobInputs } from '@laurel/learning';
import { type ArtifactStore, readVerified } from '@laurel/storage/artifacts';
import { readFiles } from '../read-files.ts';

/** Everything the job reads, by the ids that its spec names, with all hashes checked. */
export async function readInputs(store: ArtifactStore, claim: ClaimAnswer): Promise<JobInputs> {
  const inputs: JobInputs = { datasets: {}, models: {} };
  for (const [id, dataset] of Object.entries(claim.datasets)) {
    const rows: StoredRow[] = [];
    for await (const row of readRows(store, id, dataset)) rows.push(row);
    inputs.datasets[id] = rows;
  }
  for (const [id, model] of Object.entries(claim.models)) {
    inputs.models[id] = await readFiles(store, model.prefix, model.manifest_sha256);
  }
  return inputs;
}

/** A stored dataset's rows. @throws {Problem} naming the line that is not a row of the dataset's kind. */
export async function* readRows(
  store: ArtifactStore,
  id: string,
  { kind, key, sha256, rows: expectedRows }: ClaimAnswer['datasets'][string],
): AsyncGenerator<StoredRow> {
  const lines = createInterface({ input: Readable.from(readVerified(store, key, sha256)), crlfDelay: Infinity });
  let rows = 0;
  for await (const line of lines) {
    const row = rowSchemas[kind].safeParse(parseJson(line));
    if (!row.success) {
      const [issue] = row.error.issues;
      throw invalid(`line ${rows + 1} is not a row of ${kind}: ${issue?.path.join('/')} ${issue?.message}`);
    }
    rows++;
    yield row.data;
  }
  if (rows !== expectedRows) throw invalid(`it has ${rows} rows where ${expectedRows} were stored`);

  function invalid(reason: string): Problem {
    return new Problem(422, 'dataset_invalid', `Dataset ${id}: ${reason}. Upload it again.`);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
