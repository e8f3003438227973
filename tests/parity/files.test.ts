import { readdirSync } from 'node:fs';
import { loadTokenizer, readModelFiles, readSafetensors } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES, FIXTURES, modelFiles, readFixture, readJson } from './fixtures.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const text = (path: string) => new TextDecoder().decode(readFixture(path));

describe.each(readdirSync(new URL('tokenizers', FIXTURES)))('the tokenizer %s', (name) => {
  const tokenizer = loadTokenizer(text(`tokenizers/${name}/tokenizer.json`));
  const texts = readJson<{ text: string; ids: number[]; decoded: string }[]>(`tokenizers/${name}/texts.json`);

  it.each(texts)('gives $text the same ids as Python and reads them back the same', ({ text, ids, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
  });
});

it.each(FAMILIES.filter((family) => 'config-transformers-4.json' in modelFiles(family, 'policy')))(
  "reads %s's config.json in the words of transformers 4 as in those of 5",
  (family) => {
    const files = modelFiles(family, 'policy');
    const old = { ...files, 'config.json': files['config-transformers-4.json'] as Uint8Array };
    const [before, now] = [readModelFiles(old), readModelFiles(files)];
    expect(before.decoder.config).toEqual(now.decoder.config);
    tf.dispose([before.decoder.parameters, now.decoder.parameters]);
  },
);

it('reads the float16 and bfloat16 that PyTorch wrote', () => {
  const tensors = readSafetensors(readFixture('half-precision.safetensors'));
  const expected = Object.entries(readJson<Record<string, number[][]>>('half-precision.json'));
  expect(tensors).toEqual(
    Object.fromEntries(
      expected.map(([name, rows]) => [name, { shape: [2, 3], values: Float32Array.from(rows.flat()) }]),
    ),
  );
});
