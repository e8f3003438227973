import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

test('what Schemathesis draws is answered as the document says', { timeout: 600_000 }, async () => {
  const { counts, exitCodes, errors } = await runFuzz({ requests: 500, seed: 1 });
  expect(counts.length).toBeGreaterThan(100);
  expect(errors).toEqual([]);
  expect(exitCodes.every((code) => code === 0)).toBe(true); // what it found it has printed
});
