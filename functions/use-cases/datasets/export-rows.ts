import { type DatasetShape, Problem, shapeRow, shapesOf } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { linesOf, splitBlocks } from '../../uploads/blocks.ts';
import { BLOCK_BYTES } from '../../uploads/stored-rows.ts';
import { getDataset } from './get-dataset.ts';

/** A dataset's rows in a shape, as JSON Lines. @throws {Problem} 404; 409 when it is not ready; 422 for a shape that its rows do not have */
export async function exportRows(
  context: Context,
  projectId: string,
  id: string,
  shape: DatasetShape,
): Promise<{ name: string; content: AsyncIterable<Uint8Array> }> {
  const { kind, state, artifactKey } = await getDataset(context, projectId, id);
  if (state !== 'ready' || !artifactKey) {
    throw new Problem(409, 'dataset_not_ready', `Dataset ${id} is ${state}; its rows can be had when it is ready.`);
  }
  const shapes = shapesOf(kind);
  if (!shapes.includes(shape)) {
    throw new Problem(422, 'wrong_shape', `Rows of ${kind} have no shape ${shape}; ask for ${shapes.join(', ')}.`);
  }
  return { name: `${id}.${shape}.jsonl`, content: shaped(context.artifacts.read(artifactKey), shape) };
}

async function* shaped(stored: AsyncIterable<Uint8Array>, shape: DatasetShape): AsyncGenerator<Uint8Array> {
  if (shape === 'stored') {
    yield* stored;
    return;
  }
  for await (const block of splitBlocks(stored, { blockBytes: BLOCK_BYTES, maxLineBytes: Number.POSITIVE_INFINITY })) {
    const rows = Array.from(linesOf(block), (line) => JSON.parse(Buffer.from(line).toString('utf8')));
    yield Buffer.from(rows.map((row) => `${JSON.stringify(shapeRow(shape, row))}\n`).join(''));
  }
}
