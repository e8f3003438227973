import { Problem, type StoredRow } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { linesOf, splitBlocks } from '../../uploads/blocks.ts';
import { getDataset } from './get-dataset.ts';

/** A row and its line number within the stored dataset. */
export interface NumberedRow {
  line: number;
  row: StoredRow;
}

/** Rows of a ready dataset in their stored form, from the one behind line `after`. @throws {Problem} 404, 409 */
export async function previewRows(
  context: Context,
  projectId: string,
  id: string,
  { limit, after }: { limit: number; after: number },
): Promise<{ rows: NumberedRow[]; hasMore: boolean }> {
  const dataset = await getDataset(context, projectId, id);
  if (dataset.state !== 'ready' || !dataset.artifactKey) {
    throw new Problem(
      409,
      'dataset_not_ready',
      `Dataset ${id} is ${dataset.state}; its rows can be read when it is ready.`,
    );
  }
  const rows: NumberedRow[] = [];
  let line = 0;
  const stored = context.artifacts.read(dataset.artifactKey);
  for await (const block of splitBlocks(stored, { blockBytes: 1, maxLineBytes: Number.POSITIVE_INFINITY })) {
    for (const bytes of linesOf(block)) {
      if (++line <= after) continue;
      if (rows.length === limit) return { rows, hasMore: true };
      rows.push({ line, row: JSON.parse(Buffer.from(bytes).toString('utf8')) });
    }
  }
  return { rows, hasMore: false };
}
