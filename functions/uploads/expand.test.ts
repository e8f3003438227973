import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expand } from './expand.ts';

/** What `printf 'one\ntwo\n' | zstd` writes. */
const ZSTD = Buffer.from('28b52ffd24084100006f6e650a74776f0ae6a60e40', 'hex');

async function* inChunks(bytes: Uint8Array, chunkBytes: number) {
  for (let i = 0; i < bytes.length; i += chunkBytes) yield bytes.subarray(i, i + chunkBytes);
}

async function expanded(bytes: Uint8Array, chunkBytes = 5): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of expand(inChunks(bytes, chunkBytes))) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

const text = 'one\ntwo\n';

test.each([1, 5, 1000])('plain, gzip and zstd come out as they went in, in chunks of %i', async (chunkBytes) => {
  expect(await expanded(Buffer.from(text), chunkBytes)).toBe(text);
  expect(await expanded(gzipSync(text), chunkBytes)).toBe(text);
  expect(await expanded(ZSTD, chunkBytes)).toBe(text);
  expect(await expanded(Buffer.from('a'), chunkBytes)).toBe('a');
});

test('a gzip that ends early or is damaged is refused', async () => {
  const whole = gzipSync(Buffer.from(Array.from({ length: 999 }, (_, i) => i).join()));
  await expect(expanded(whole.subarray(0, 500))).rejects.toMatchObject({ status: 400, code: 'damaged_upload' });
  await expect(expanded(Buffer.from(whole).fill(7, 20))).rejects.toMatchObject({ code: 'damaged_upload' });
});

test('a zstd that ends early or is damaged is refused', async () => {
  await expect(expanded(ZSTD.subarray(0, 12))).rejects.toMatchObject({ status: 400, code: 'damaged_upload' });
  await expect(expanded(Buffer.from(ZSTD).fill(255, 6, 9))).rejects.toMatchObject({ code: 'damaged_upload' });
});

test('a bomb is refused before it goes off', { timeout: 30_000 }, async () => {
  const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20));
  let sizeBytes = 0;
  const opening = (async () => {
    for await (const chunk of expand(inChunks(bomb, 2 ** 16))) sizeBytes += chunk.length;
  })();
  await expect(opening).rejects.toMatchObject({ status: 413, code: 'expands_too_much' });
  expect(sizeBytes).toBeLessThan(128 * 2 ** 20);
});

test("a failure of the sender's is told as it is", async () => {
  async function* broken() {
    yield gzipSync(text).subarray(0, 12);
    throw new Error('cut');
  }
  await expect(expand(broken()).next()).rejects.toThrow('cut');
});
