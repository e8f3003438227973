import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readUpload } from './read-upload.ts';

const BOUNDARY = 'b';
const part = (disposition: string, content: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}`;
const FIELDS = part('name="kind"', 'text\r\n') + part('name="name"', 'n\r\n');
const FILE = part('name="file"; filename="rows.jsonl"', '{"text":"one"}');

/** A form that comes so far and no farther: its connection is cut. */
function cutForm(content: string): Request {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(content));
    },
    async pull(controller) {
      await setTimeout(10);
      controller.error(new Error('aborted'));
    },
  });
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  return new Request('http://x/', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

test.each([
  ['before its first part', ''],
  ['in a field', FIELDS.slice(0, -6)],
  ['before its file', FIELDS],
  ['in the headers of its file', FIELDS + FILE.slice(0, 30)],
])('a form that is cut %s is refused', async (_, content) => {
  await expect(readUpload(cutForm(content))).rejects.toMatchObject({ status: 400, code: 'malformed_form' });
});

test('a file that is cut before anybody reads it is an error for who does', async () => {
  const { fields, content } = await readUpload(cutForm(FIELDS + FILE));
  expect(fields).toEqual({ kind: 'text', name: 'n' });
  await setTimeout(50); // what a database takes
  const read = async () => {
    for await (const _ of content);
  };
  await expect(read()).rejects.toThrow('aborted');
});
