import { gzipSync } from 'node:zlib';
import type { RandomGenerator } from '@laurel/learning';
import { randomComparisons } from '../../bench/ingest/random-comparisons.ts';

const SMALLEST_BYTES = 50e3;
const LARGEST_BYTES = 3e6;

/** An HTTP request as it goes over the wire, in two pieces: what stands before the body, and the body with its framing. */
export interface RawRequest {
  head: string;
  body: Buffer;
}

interface Described {
  query: string;
  type: string;
  content: Buffer;
}

const BOUNDARY = 'laurel-cut-test';

/** Uploads of a few parts of a megabyte, each of another format. */
const formats: Record<string, (random: RandomGenerator) => Described> = {
  'JSON Lines': (random) => comparisons('application/x-ndjson', jsonLines(random)),
  'a JSON array': (random) => {
    const rows = jsonLines(random).toString().trimEnd().split('\n');
    return comparisons('application/json', Buffer.from(`[${rows.join(',\n')}]`));
  },
  CSV: (random) => texts('text/csv', Buffer.from(`text\n${words(random, '"\n"', '"')}`)),
  'plain text': (random) => texts('text/plain', Buffer.from(words(random, '\n\n', ''))),
  gzip: (random) => comparisons('application/x-ndjson', gzipSync(jsonLines(random))),
  'a form': (random) => {
    const field = (name: string, value: string) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="rows.jsonl"\r\n\r\n`;
    const before = field('kind', 'comparisons') + field('name', 'cut') + file;
    const content = Buffer.concat([Buffer.from(before), jsonLines(random), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
    return { query: '', type: `multipart/form-data; boundary=${BOUNDARY}`, content };
  },
};
export const FORMATS = Object.keys(formats);

const comparisons = (type: string, content: Buffer): Described => ({
  query: '?kind=comparisons&name=cut',
  type,
  content,
});
const texts = (type: string, content: Buffer): Described => ({ query: '?kind=text&name=cut', type, content });

const jsonLines = (random: RandomGenerator): Buffer => Buffer.concat([...randomComparisons(drawSize(random), random)]);

const drawSize = (random: RandomGenerator): number => SMALLEST_BYTES + random.integer(LARGEST_BYTES - SMALLEST_BYTES);

function words(random: RandomGenerator, between: string, around: string): string {
  const count = Math.ceil(drawSize(random) / 50);
  const rows = Array.from({ length: count }, (_, i) => `row ${i} ${random.integer(1e9)} of forty letters or so`);
  return `${around}${rows.join(between)}${around}`;
}

/** A direct upload, whole. */
export function uploadRequest(format: string, random: RandomGenerator, apiKey: string): RawRequest {
  const { query, type, content } = (formats[format] ?? raise(format))(random);
  const fields = [`authorization: Bearer ${apiKey}`, `content-type: ${type}`];
  return frame(`POST /v1/datasets${query}`, fields, content, random);
}

const raise = (format: string): never => {
  throw new Error(`There is no format ${format}.`);
};

/** With its length told before, or in chunks (RFC 9112, section 7.1). */
export function frame(target: string, fields: string[], content: Buffer, random: RandomGenerator): RawRequest {
  const isChunked = random.integer(2) === 0;
  const framing = isChunked ? 'transfer-encoding: chunked' : `content-length: ${content.length}`;
  const head = `${[`${target} HTTP/1.1`, 'host: laurel', ...fields, framing].join('\r\n')}\r\n\r\n`;
  return { head, body: isChunked ? chunked(content, random) : content };
}

function chunked(content: Buffer, random: RandomGenerator): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const piece = content.subarray(at, at + 1 + random.integer(200_000));
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}
