import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTokenizer } from '@laurel/learning';
import { readFixture } from './fixtures.ts';

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const SOURCES = ['tldr-posts/posts.jsonl', 'scitldr/dev.jsonl'];

/**
 * Compares every tokenizer's ids of real texts with Python's. Texts are read where they lie and never kept. Returns the number of
 * texts with other ids; null where there are no texts.
 * @param encode has Python write ids to its second file, given the texts in its first
 */
export function compareRealTexts(folder: string, encode: (texts: string, ids: string) => void): number | null {
  const texts = SOURCES.flatMap((source) => (existsSync(join(data, source)) ? readTexts(join(data, source)) : []));
  if (texts.length === 0) return null;
  const [textsFile, idsFile] = [join(folder, 'texts.json'), join(folder, 'ids.json')];
  writeFileSync(textsFile, JSON.stringify(texts));
  encode(textsFile, idsFile);
  const ids = JSON.parse(readFileSync(idsFile, 'utf8')) as Record<string, number[][]>;
  let wrong = 0;
  for (const [name, expected] of Object.entries(ids)) {
    const tokenizer = loadTokenizer(new TextDecoder().decode(readFixture(`tokenizers/${name}/tokenizer.json`)));
    const differing = texts.filter((text, i) => `${tokenizer.encode(text)}` !== `${expected[i]}`).length;
    const tokens = expected.reduce((sum, { length }) => sum + length, 0);
    console.log(`  ${name}: ${differing} of ${texts.length} texts differ (${tokens} tokens)`);
    wrong += differing;
  }
  return wrong;
}

function readTexts(path: string): string[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { post, document } = JSON.parse(line) as { post?: string; document?: string };
    return post ?? document ?? '';
  });
}
