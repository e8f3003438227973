import { expect, test } from 'vitest';
import { formatOf } from './upload-lines.ts';

test.each([
  ['application/x-ndjson', '', 'jsonl'],
  ['application/octet-stream', 'rows.jsonl', 'jsonl'],
  ['application/json', '', 'json'],
  ['application/gzip', 'rows.json.gz', 'json'],
  ['text/csv', '', 'csv'],
  ['application/octet-stream', 'rows.CSV.zst', 'csv'],
  ['image/png', 'rows.png', null],
])('%s %s is %s', (mediaType, fileName, format) => expect(formatOf(mediaType, fileName)).toBe(format));
