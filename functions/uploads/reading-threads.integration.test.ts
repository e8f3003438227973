import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type ReadBlock, readBlock } from './read-block.ts';
import { ReadingThreads } from './reading-threads.ts';
import { BLOCK_BYTES } from './stored-rows.ts';

const readable = ({ stored, ...found }: ReadBlock) => ({ ...found, stored: Buffer.from(stored).toString() });

test('threads find in large blocks what is found without them', async () => {
  const { read } = new ReadingThreads();
  const row = { prompt: 'P'.repeat(1000), chosen: 'yes', rejected: 'no' };
  const good = Buffer.from(`${JSON.stringify(row)}\n`.repeat(1 + BLOCK_BYTES / 1000));
  const bad = Buffer.from(`${good.toString()}bad`);
  const found = await Promise.all([good, bad, good].map((block) => read('comparisons', new Uint8Array(block))));
  const expected = [good, bad, good].map((block) => readBlock('comparisons', block));
  expect(found.map(readable)).toEqual(expected.map(readable));
});

test('an idle thread keeps no process alive', async () => {
  const program = `
    import('${new URL('./reading-threads.ts', import.meta.url).href}')
      .then(({ ReadingThreads }) => new ReadingThreads().read('comparisons', new Uint8Array(${2 * BLOCK_BYTES})))
      .then(({ lines }) => console.log('read', lines));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--eval', program], {
    timeout: 30_000,
  });
  expect(stdout).toContain('read');
});
