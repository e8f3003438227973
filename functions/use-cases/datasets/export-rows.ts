import { type DatasetKind, type DatasetShape, Problem, type StoredRow, shapeRow, shapesOf } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { linesOf, splitBlocks } from '../../uploads/blocks.ts';
import { csvHeader, csvRow } from '../../uploads/csv-rows.ts';
import { BLOCK_BYTES } from '../../uploads/stored-rows.ts';
import { getDataset } from './get-dataset.ts';

export interface WantedRows {
  shape: DatasetShape;
  /** JSON Lines, or CSV with a header, which the plain shape has alone. */
  format: 'jsonl' | 'csv';
}

/** A dataset's rows in a shape. @throws {Problem} 404; 409 when it is not ready; 422 for a shape that its rows do not have, and one that is no table */
export async function exportRows(
  context: Context,
  projectId: string,
  id: string,
  { shape, format }: WantedRows,
): Promise<{ name: string; content: AsyncIterable<Uint8Array> }> {
  const { kind, state, artifactKey } = await getDataset(context, projectId, id);
  if (state !== 'ready' || !artifactKey) {
    throw new Problem(409, 'dataset_not_ready', `Dataset ${id} is ${state}; its rows can be had when it is ready.`);
  }
  const shapes = shapesOf(kind);
  if (!shapes.includes(shape)) {
    throw new Problem(422, 'wrong_shape', `Rows of ${kind} have no shape ${shape}; ask for ${shapes.join(', ')}.`);
  }
  if (format === 'csv' && shape !== 'plain') {
    throw new Problem(422, 'wrong_format', `CSV has rows of the shape plain alone; ask for ${shape} as jsonl.`);
  }
  const stored = context.artifacts.read(artifactKey);
  return { name: `${id}.${shape}.${format}`, content: format === 'csv' ? asCsv(stored, kind) : asLines(stored, shape) };
}

async function* asLines(stored: AsyncIterable<Uint8Array>, shape: DatasetShape): AsyncIterable<Uint8Array> {
  if (shape === 'stored') yield* stored;
  else yield* mapRows(stored, (row) => `${JSON.stringify(shapeRow(shape, row))}\n`);
}

async function* asCsv(stored: AsyncIterable<Uint8Array>, kind: DatasetKind): AsyncIterable<Uint8Array> {
  yield Buffer.from(csvHeader(kind));
  yield* mapRows(stored, (row) => csvRow(kind, shapeRow('plain', row) as Record<string, unknown>));
}

async function* mapRows(
  stored: AsyncIterable<Uint8Array>,
  toText: (row: StoredRow) => string,
): AsyncIterable<Uint8Array> {
  for await (const block of splitBlocks(stored, { blockBytes: BLOCK_BYTES, maxLineBytes: Number.POSITIVE_INFINITY })) {
    const rows = Array.from(linesOf(block), (line) => JSON.parse(Buffer.from(line).toString('utf8')) as StoredRow);
    yield Buffer.from(rows.map(toText).join(''));
  }
}
