import { expect, test } from 'vitest';
import { readByteRange } from './byte-range.ts';

test.each([
  ['bytes=0-', { first: 0, last: 9 }],
  ['bytes=4-', { first: 4, last: 9 }],
  ['bytes=4-6', { first: 4, last: 6 }],
  ['bytes=4-400', { first: 4, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=6-4', 'whole'],
  ['bytes=-3', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['lines=0-1', 'whole'],
  [undefined, 'whole'],
])('%s of ten bytes', (header, range) => expect(readByteRange(header, 10)).toEqual(range));
