import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { sha256 } from '../use-cases/secrets.ts';
import { Fingerprint } from './fingerprint.ts';

const content = () => new Fingerprint(Readable.from([Buffer.from('one'), Buffer.from('two')]));

test('content is hashed while it is read, and what nobody read as well', async () => {
  const read = content();
  const chunks: string[] = [];
  for await (const chunk of read) chunks.push(Buffer.from(chunk).toString());
  expect(chunks).toEqual(['one', 'two']);
  expect(await read.whole()).toBe(sha256('onetwo'));
  expect(await read.whole()).toBe(sha256('onetwo'));
  expect(await content().whole()).toBe(sha256('onetwo'));
});

test('of content that its reader has left, what was read counts', async () => {
  const read = content();
  for await (const _ of read) break;
  expect(await read.whole()).toBe(sha256('one'));
});
