import type { StoredRow } from '@laurel/contracts';
import type { Files } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** What a job reads, by the ids that its spec names. */
export interface JobInputs {
  datasets: Record<string, readonly StoredRow[]>;
  models: Record<string, Files>;
}

/** Rows of the kind that the caller knows the dataset to have. @throws {UnsuitableInput} */
export function rowsOf<Row extends StoredRow>({ datasets }: JobInputs, id: string): readonly Row[] {
  const rows = datasets[id];
  if (!rows) throw new UnsuitableInput(`Dataset ${id} is not among the job's inputs.`);
  if (rows.length === 0) throw new UnsuitableInput(`Dataset ${id} has no rows.`);
  return rows as readonly Row[];
}

/** @throws {UnsuitableInput} */
export function filesOf({ models }: JobInputs, id: string): Files {
  const files = models[id];
  if (!files) throw new UnsuitableInput(`Model version ${id} is not among the job's inputs.`);
  return files;
}
