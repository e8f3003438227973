import { expect, test } from 'vitest';
import { sampleRows } from './sample-rows.ts';

/** A dataset of texts whose lengths differ, and the bytes of it that were read. */
function stored(count: number, lengthOf: (i: number) => number = (i) => 10 + ((i * 7) % 40)) {
  const texts = Array.from({ length: count }, (_, i) => `${i} ${'é'.repeat(lengthOf(i))}`);
  const bytes = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  const seen = { bytes: 0 };
  const artifacts = {
    async *read(_: string, range = { first: 0, last: bytes.length - 1 }) {
      for (let at = range.first; at <= range.last; at += 64) {
        const chunk = bytes.subarray(at, Math.min(at + 64, range.last + 1));
        seen.bytes += chunk.length;
        yield chunk;
      }
    },
  };
  const dataset = { artifactKey: 'k', rows: count, sizeBytes: bytes.length };
  const sampled = async (most: number) =>
    (await sampleRows(artifacts, dataset, most)).map((row) => Number(('text' in row ? row.text : '').split(' ')[0]));
  return { sampled, seen, sizeBytes: bytes.length };
}

test('a small dataset is taken whole', async () => {
  expect(await stored(5).sampled(5)).toEqual([0, 1, 2, 3, 4]);
});

test('rows of a small one that say the same are all taken', async () => {
  const bytes = Buffer.from('{"text":"a"}\n{"text":"b"}\n{"text":"a"}\n');
  const artifacts = {
    async *read() {
      yield bytes;
    },
  };
  const dataset = { artifactKey: 'k', rows: 3, sizeBytes: bytes.length };
  expect(await sampleRows(artifacts, dataset, 3)).toEqual([{ text: 'a' }, { text: 'b' }, { text: 'a' }]);
});

test('of a large one rows are taken from all over it, in order, and little is read', async () => {
  const { sampled, seen, sizeBytes } = stored(10_000);
  const rows = await sampled(100);
  expect(rows.length).toBeGreaterThanOrEqual(99);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  expect(rows[0]).toBe(0);
  expect(rows.at(-1)).toBeGreaterThan(9800);
  const gaps = rows.slice(1).map((row, i) => row - (rows[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(130);
  expect(seen.bytes).toBeLessThan(sizeBytes / 10);
});

test('a row that is longer than the rest does not come twice', async () => {
  const rows = await stored(50, (i) => (i === 20 ? 5000 : 3)).sampled(20);
  expect(rows).toEqual([...new Set(rows)]);
  expect(rows.length).toBeGreaterThan(0);
});
