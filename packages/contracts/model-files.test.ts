import { expect, test } from 'vitest';
import { isModelFile, lackingModelFiles, maxModelFileBytes, modelFilesAmong } from './model-files.ts';

test.each(['config.json', 'tokenizer.json', 'model.safetensors', 'model-00002-of-00010.safetensors'])(
  '%s is a file of a model',
  (name) => expect(isModelFile(name)).toBe(true),
);

test.each(['', '../config.json', 'a/config.json', 'pytorch_model.bin', 'model-1-of-2.safetensors', 'modeling.py'])(
  '%j is not',
  (name) => expect(isModelFile(name)).toBe(false),
);

test('whole weights come before shards', () => {
  const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const sharded = ['config.json', 'model.safetensors.index.json', ...shards];
  expect(modelFilesAmong([...sharded, 'README.md'])).toEqual(sharded);
  expect(modelFilesAmong([...sharded, 'model.safetensors'])).toEqual(['config.json', 'model.safetensors']);
});

test('what is lacking is named with its remedy', () => {
  expect(lackingModelFiles(['config.json', 'tokenizer.json', 'model.safetensors'])).toEqual([]);
  expect(lackingModelFiles([])).toHaveLength(3);
  const [reason] = lackingModelFiles(['config.json', 'tokenizer.json', 'pytorch_model.bin']);
  expect(reason).toMatch(/pytorch_model\.bin is a pickle.*safetensors/);
});

test('descriptions are small, weights may be large', () => {
  expect(maxModelFileBytes('tokenizer.json')).toBeLessThan(maxModelFileBytes('model.safetensors'));
});
