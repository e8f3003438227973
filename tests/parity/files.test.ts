import { loadTokenizer, readSafetensors } from '@laurel/learning';
import { expect, it } from 'vitest';
import { cases, modelFiles, readFixture } from './fixtures.ts';

it.each(cases.texts)('Python gives $text the same ids and reads them back the same', ({ text, ids, decoded }) => {
  const tokenizer = loadTokenizer(new TextDecoder().decode(modelFiles['tokenizer.json']));
  expect(tokenizer.encode(text)).toEqual(ids);
  expect(tokenizer.decode(ids)).toBe(decoded);
});

it('reads the float16 and bfloat16 that PyTorch wrote', () => {
  const { half, brain } = readSafetensors(readFixture('half-precision.safetensors'));
  const expected = (rows: number[][]) => ({ shape: [2, 3], values: Float32Array.from(rows.flat()) });
  expect(half).toEqual(expected(cases.half_precision.half));
  expect(brain).toEqual(expected(cases.half_precision.brain));
});
