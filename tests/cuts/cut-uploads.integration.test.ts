import { expect, test } from 'vitest';
import { type Cut, cutUploads } from './cut-uploads.ts';

test('uploads cut at a random byte, ten times: never half a dataset (npm run cut-test does it a hundred times)', async () => {
  const cuts: Cut[] = [];
  await cutUploads(10, 2, (cut) => cuts.push(cut));
  expect(cuts).toHaveLength(10);
});
