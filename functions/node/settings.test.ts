import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test.each([
  ['PORT', 'abc'],
  ['LAUREL_ENGINE', 'cuda'],
  ['LAUREL_PRECISION', 'half'],
  ['LAUREL_MEMORY_GB', '0'],
  ['LAUREL_ORIGINS', 'https://a.example/path'],
  ['LAUREL_CHECKPOINT_SECONDS', 'often'],
])('a wrong %s is named before anything starts', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(`${name}: `);
});

test('what is empty counts as not set', () => {
  expect(readSettings({ PORT: '', LAUREL_DATA: '', LAUREL_ENGINE: '', LAUREL_MEMORY_GB: '' }).port).toBe(8787);
});
