import { type DatasetKind, type StoredRow, shapeRow } from '@laurel/contracts';
import { expect, test } from 'vitest';
import { csvLines } from './csv-lines.ts';
import { csvHeader, csvRow } from './csv-rows.ts';
import { parseRow } from './parse-row.ts';

const prompt = { head: 'Title, "quoted"\n', post: 'Früh.\r\n', tail: '\n\nTL;DR:' };
const rows: Record<DatasetKind, StoredRow[]> = {
  text: [{ text: 'One,\n"two"' }, { text: '=SUM(A1)' }],
  prompts: [{ group: 'g', prompt }],
  demonstrations: [{ group: 'g', prompt, completion: ' Short.' }],
  comparisons: [
    { group: 'g', prompt, chosen: ' a', rejected: ' b', margin: 0.5 },
    { group: 'g', prompt, chosen: ' b', rejected: ' a' },
  ],
  ratings: [{ group: 'g', prompt, completion: ' a', policy: 'sup', worker: 'w', axes: { overall: 7, coverage: 1 } }],
  candidates: [
    {
      group: 'g',
      prompt,
      completions: [{ text: ' a, "b"' }, { text: ' c', raw: 1, score: 2, tokens: 3, truncated: false }],
    },
  ],
};

/** What becomes of CSV that is uploaded. */
async function read(kind: DatasetKind, csv: string): Promise<unknown[]> {
  let lines = '';
  for await (const chunk of csvLines([Buffer.from(csv)] as never)) lines += Buffer.from(chunk);
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => parseRow(kind, Buffer.from(line)));
}

test.each(Object.keys(rows) as DatasetKind[])('%s as CSV can be uploaded again', async (kind) => {
  const plain = rows[kind].map((row) => shapeRow('plain', row) as Record<string, unknown>);
  const csv = csvHeader(kind) + plain.map((row) => csvRow(kind, row)).join('');
  const back = (await read(kind, csv)) as { row: StoredRow }[];
  expect(back.map(({ row }) => shapeRow('plain', row))).toEqual(plain);
});
