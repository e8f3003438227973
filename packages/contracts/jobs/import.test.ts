import { expect, test } from 'vitest';
import { importSpec } from './import.ts';

const takes = (source: object) => importSpec.safeParse({ type: 'import', output_model: 'm', source }).success;

test.each([
  { type: 'hub', repo: 'EleutherAI/pythia-70m-deduped' },
  { type: 'hub', repo: 'Qwen/Qwen2.5-0.5B', revision: 'refs/pr/1' },
  { type: 's3', uri: 's3://bucket/models/tiny/' },
  { type: 'folder', path: 'tiny' },
  { type: 'upload', upload: `up_${'0'.repeat(26)}` },
])('%j is a source', (source) => expect(takes(source)).toBe(true));

test.each([
  { type: 'hub', repo: 'gpt2' },
  { type: 'hub', repo: '../name' },
  { type: 'hub', repo: 'org/..' },
  { type: 'hub', repo: 'org/name/more' },
  { type: 'hub', repo: 'org/name', revision: '../main' },
  { type: 'hub', repo: 'org/name', revision: 'main?x=1' },
  { type: 's3', uri: 's3://bucket' },
  { type: 's3', uri: 's3://bucket/models/../others' },
  { type: 's3', uri: 'https://bucket/models' },
  { type: 'upload', upload: 'up_1/../up_2' },
])('%j is none', (source) => expect(takes(source)).toBe(false));
