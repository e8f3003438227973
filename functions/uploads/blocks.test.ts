import { expect, test } from 'vitest';
import { linesOf, splitBlocks } from './blocks.ts';

async function* inChunks(text: string, chunkBytes: number) {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += chunkBytes) yield bytes.subarray(i, i + chunkBytes);
}

async function split(text: string, chunkBytes: number, limits = { blockBytes: 4, maxLineBytes: 5 }) {
  const blocks: string[][] = [];
  for await (const block of splitBlocks(inChunks(text, chunkBytes), limits)) {
    blocks.push(Array.from(linesOf(block), (line) => Buffer.from(line).toString()));
  }
  return blocks;
}

test.each([1, 2, 3, 5, 100])('lines come out whole, in chunks of %i bytes', async (chunkBytes) => {
  for (const end of ['', '\n']) {
    expect((await split(`ab\n\nä\ncdefg\nh${end}`, chunkBytes)).flat()).toEqual(['ab', '', 'ä', 'cdefg', 'h']);
  }
});

test('a block ends behind the line that fills it', async () => {
  expect(await split('a\nb\nc\nd\ne', 1)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test.each([1, 2, 7])('of a line that is too long, one byte too many is kept, in chunks of %i', async (chunkBytes) => {
  expect((await split(`a\n${'b'.repeat(50)}\nc\n${'d'.repeat(50)}`, chunkBytes)).flat()).toEqual([
    'a',
    'bbbbbb',
    'c',
    'dddddd',
  ]);
});
