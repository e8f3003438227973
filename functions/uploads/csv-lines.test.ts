import { expect, test } from 'vitest';
import { csvLines } from './csv-lines.ts';

async function rowsOf(text: string) {
  async function* chunks() {
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
  }
  const parts: Uint8Array[] = [];
  for await (const part of csvLines(chunks())) parts.push(part);
  const lines = Buffer.concat(parts).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test('columns become fields, numbers where fields are numbers, and axes a part of their own', async () => {
  expect(await rowsOf('prompt,chosen,rejected,margin\r\n"P, ""q""\nr",yes,no,0.5\r\n7,ä,no,\r\n')).toEqual([
    { prompt: 'P, "q"\nr', chosen: 'yes', rejected: 'no', margin: 0.5 },
    { prompt: '7', chosen: 'ä', rejected: 'no' },
  ]);
  expect(await rowsOf('prompt,completion,overall,accuracy\nP,c,6,\n')).toEqual([
    { prompt: 'P', completion: 'c', axes: { overall: 6 } },
  ]);
  expect(await rowsOf('prompt,completions\nP,"[""a"",""b""]"\n')).toEqual([{ prompt: 'P', completions: ['a', 'b'] }]);
});

test.each(['a,b\n1,2,3\n', 'a,b\n"1,2\n'])('%j is refused', async (text) => {
  await expect(rowsOf(text)).rejects.toMatchObject({ status: 422, code: 'malformed_csv' });
});
