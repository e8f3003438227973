import { expect, test } from 'vitest';
import { preferredWait } from './prefer-wait.ts';

test.each([
  ['wait=5', 5],
  ['respond-async, wait=10', 10],
  ['Wait = "7"; x=1, handling=lenient', 7],
  ['wait=300', 30],
  ['wait=-1', 0],
  ['await=5', 0],
  ['wait=soon', 0],
  [undefined, 0],
])('Prefer: %s waits %i s', (header, seconds) => expect(preferredWait(header)).toBe(seconds));
