import type { ModelConfig } from '../model/model-config.ts';
import { type BlockParameter, parameterShapes } from '../model/parameters.ts';
import { FAMILIES } from './families/families.ts';
import type { TensorLayout } from './families/family-files.ts';
import { vector } from './families/layouts.ts';
import type { TensorValues } from './safetensors.ts';

/** One of our tensors, and where its values lie in the family's files. */
export interface PlacedTensor extends TensorLayout {
  name: string;
  shape: readonly number[];
}

/**
 * Every tensor of a model, with the file's names in full. A reward model has the scalar head, which every family calls
 * `score.weight` [1, D], in place of an untied head of its own.
 */
export function placedTensors(config: ModelConfig, { isReward }: { isReward: boolean }): PlacedTensor[] {
  const { prefix, names, blocks, block } = FAMILIES[config.family];
  const layouts = block(config);
  const inBlock = (layer: string, name: string): TensorLayout => {
    const layout = layouts[name as BlockParameter];
    if (!layout) throw new Error(`a file of the family ${config.family} has no place for ${name}`);
    return withPrefix(`${prefix}${blocks}.${layer}.`, layout);
  };
  const outside = (name: string, rows: number): TensorLayout => {
    if (name === 'lm_head.weight') return vector(names.head, rows);
    const own = names[name as keyof typeof names];
    if (!own) throw new Error(`a file of the family ${config.family} has no place for ${name}`);
    return withPrefix(prefix, vector(own, rows));
  };
  const shapes = parameterShapes(config);
  if (isReward) delete shapes['lm_head.weight'];
  const tensors = Object.entries(shapes).map(([name, shape]): PlacedTensor => {
    const [, layer, own] = /^h\.(\d+)\.(.*)$/.exec(name) ?? [];
    return { name, shape, ...(layer && own ? inBlock(layer, own) : outside(name, shape[0] ?? 0)) };
  });
  if (isReward) tensors.push({ name: 'score.weight', shape: [1, config.n_embd], ...vector('score.weight', 1) });
  return tensors;
}

function withPrefix(prefix: string, layout: TensorLayout): TensorLayout {
  return { ...layout, parts: layout.parts.map(({ name, rows }) => ({ name: prefix + name, rows })) };
}

/** Our values out of the file's. `read` gives the values of a tensor of the file, which must have the shape. */
export function fromFile(
  { shape, parts, transposed, rowOrder }: PlacedTensor,
  read: (name: string, shape: readonly number[]) => Float32Array,
): Float32Array {
  const inner = transposed ? shape.slice(0, 1) : shape.slice(1);
  const [first = new Float32Array(), ...others] = parts.map(({ name, rows }) => read(name, [rows, ...inner]));
  const stacked = others.length === 0 ? first : joined([first, ...others]);
  const columns = inner[0] ?? 1;
  const ordered = rowOrder ? takeRows(stacked, columns, rowOrder) : stacked;
  return transposed ? transpose(ordered, ordered.length / columns, columns) : ordered;
}

/** The file's tensors out of our values. */
export function toFile(
  { shape, parts, transposed, rowOrder }: PlacedTensor,
  values: Float32Array,
): Record<string, TensorValues> {
  const inner = transposed ? shape.slice(0, 1) : shape.slice(1);
  const columns = inner[0] ?? 1;
  const ordered = transposed ? transpose(values, columns, values.length / columns) : values;
  const stacked = rowOrder ? takeRows(ordered, columns, inverse(rowOrder)) : ordered;
  let start = 0;
  return Object.fromEntries(
    parts.map(({ name, rows }) => {
      const end = start + rows * columns;
      const values = stacked.subarray(start, end);
      start = end;
      return [name, { shape: [rows, ...inner], values }];
    }),
  );
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

/** Row i of the result is row order[i]. */
function takeRows(values: Float32Array, columns: number, order: readonly number[]): Float32Array {
  const taken = new Float32Array(values.length);
  order.forEach((row, i) => {
    taken.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return taken;
}

function inverse(order: readonly number[]): number[] {
  const places: number[] = [];
  order.forEach((row, i) => {
    places[row] = i;
  });
  return places;
}

/** [rows, columns] → [columns, rows]. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column] as number;
  return turned;
}
