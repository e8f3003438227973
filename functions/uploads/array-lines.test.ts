import { expect, test } from 'vitest';
import { arrayLines } from './array-lines.ts';

async function linesOf(text: string, chunkBytes = 3): Promise<string[]> {
  async function* chunks() {
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += chunkBytes) yield bytes.subarray(i, i + chunkBytes);
  }
  const parts: Uint8Array[] = [];
  for await (const part of arrayLines(chunks())) parts.push(part);
  return Buffer.concat(parts).toString().split('\n').slice(0, -1);
}

const rows = [{ a: 'x, [y] "z" \\ \n ü', b: [1, { c: [] }] }, { a: '}' }, 3];

test.each([1, 3, 1000])('the elements of an array become lines, in chunks of %i', async (chunkBytes) => {
  for (const text of [JSON.stringify(rows), JSON.stringify(rows, null, 2)]) {
    expect((await linesOf(text, chunkBytes)).map((line) => JSON.parse(line))).toEqual(rows);
  }
  expect(await linesOf(' [ ] ', chunkBytes)).toEqual(['']);
});

test.each([
  ['{"a":1}', 'does not begin with ['],
  ['[{"a":1}', 'ends before it is closed'],
  ['[{"a":1},', 'ends before it is closed'],
  ['[1,,2]', 'an element is missing'],
  ['[1] 2', 'something follows'],
  ['', 'ends before it is closed'],
])('%s is refused', async (text, reason) => {
  await expect(linesOf(text)).rejects.toMatchObject({
    code: 'malformed_json',
    message: expect.stringContaining(reason),
  });
});
