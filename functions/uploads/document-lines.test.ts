import { expect, test } from 'vitest';
import { documentLines } from './document-lines.ts';
import { MAX_LINE_BYTES } from './read-block.ts';

/** The texts, from content that comes so many bytes at a time. */
async function documents(content: Uint8Array, size = content.length): Promise<string[]> {
  const pieces = async function* () {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  };
  let lines = '';
  for await (const chunk of documentLines(pieces())) lines += Buffer.from(chunk);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).text);
}

const utf8 = (text: string) => Buffer.from(text);

test.each([1, 2, 3, 7, 1000])('a document is what stands between blank lines, in pieces of %i bytes', async (size) => {
  const text = '\n\nOne.\nStill öne.\r\n\r\nTwo 🙂.\n \n\t\n\nThree.';
  expect(await documents(utf8(text), size)).toEqual(['One.\nStill öne.', 'Two 🙂.', 'Three.']);
});

test('what says nothing has no documents', async () => {
  expect(await documents(utf8(''), 1)).toEqual([]);
  expect(await documents(utf8('\n \n'))).toEqual([]);
});

test('of a document that is too long no more is kept than shows it, in one line or in many', async () => {
  const most = 2 * MAX_LINE_BYTES;
  for (const line of ['x'.repeat(4 * MAX_LINE_BYTES), `${'x'.repeat(999)}\n`.repeat(5000)]) {
    const [long, next] = await documents(utf8(`${line}\n\nnext`), 2 ** 16);
    expect(long?.length).toBeGreaterThan(MAX_LINE_BYTES);
    expect(long?.length).toBeLessThan(most);
    expect(next).toBe('next');
  }
});

test('what is not UTF-8 is refused', async () => {
  await expect(documents(Buffer.from([0x61, 0xff]))).rejects.toMatchObject({ code: 'malformed_text' });
  await expect(documents(Buffer.from([0x61, 0xc3]))).rejects.toMatchObject({ code: 'malformed_text' });
});
