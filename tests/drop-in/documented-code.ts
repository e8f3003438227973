import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/drop-in.md', import.meta.url);
const ADDRESS = 'http://127.0.0.1:8787';

/** The code of docs/drop-in.md in a language, block by block, for a service at another address. */
export function documentedCode(language: 'ts' | 'python', baseUrl: string): string[] {
  const page = readFileSync(PAGE, 'utf8');
  const blocks = Array.from(page.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, name, code]) => ({
    name,
    code: code ?? '',
  }));
  return blocks.filter(({ name }) => name === language).map(({ code }) => code.replaceAll(ADDRESS, baseUrl));
}
