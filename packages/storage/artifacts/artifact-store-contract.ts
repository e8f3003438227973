import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidArtifactKey } from './artifact-key.ts';
import { ArtifactNotFound, type ArtifactStore } from './artifact-store.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Chunks of unlike sizes whose bytes tell their place, so that a lost or doubled one shows. */
async function* pattern(sizeBytes: number): AsyncIterable<Uint8Array> {
  for (let sent = 0, n = 1; sent < sizeBytes; n = (n * 7919) % 99_991) {
    const size = Math.min(n, sizeBytes - sent);
    yield Uint8Array.from({ length: size }, (_, i) => (sent + i) % 251);
    sent += size;
  }
}

async function* failingAfter(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
  throw new Error('the caller went away');
}

/** What every artifact store must do. `open` gives an empty one. */
export function describeArtifactStore(open: () => Promise<ArtifactStore>): void {
  describe('an artifact store', () => {
    let store: ArtifactStore;
    beforeEach(async () => {
      store = await open();
    });

    test('gives back what was put, whole and as a stream', async () => {
      await store.put('artifacts/job_1/model.safetensors', bytes('weights'));
      expect(text(await store.get('artifacts/job_1/model.safetensors'))).toBe('weights');
      expect(text(await collect(store.read('artifacts/job_1/model.safetensors')))).toBe('weights');
    });

    test('gives a part of an object, and its size', async () => {
      await store.put('weights', bytes('0123456789'));
      expect(text(await collect(store.read('weights', { first: 3, last: 5 })))).toBe('345');
      expect(text(await collect(store.read('weights', { first: 9, last: 9 })))).toBe('9');
      expect(await store.size('weights')).toBe(10);
      await expect(store.size('absent')).rejects.toThrow(ArtifactNotFound);
    });

    test('tells when an object was written, to the second', async () => {
      const before = Date.now();
      await store.put('a', bytes('1'));
      const writtenMs = (await store.writtenAt('a')).getTime();
      expect(writtenMs).toBeGreaterThan(before - 2_000);
      expect(writtenMs).toBeLessThan(Date.now() + 2_000);
      await expect(store.writtenAt('absent')).rejects.toThrow(ArtifactNotFound);
    });

    test('takes an empty object, as bytes and as a stream', async () => {
      await store.put('empty/bytes', new Uint8Array());
      await store.put('empty/stream', pattern(0));
      expect((await store.get('empty/bytes')).length).toBe(0);
      expect((await collect(store.read('empty/stream'))).length).toBe(0);
    });

    test('streams an object of several parts without a byte changed', async () => {
      const sizeBytes = 12 * 1024 * 1024 + 5;
      await store.put('large', pattern(sizeBytes));
      const stored = await collect(store.read('large'));
      expect(stored.length).toBe(sizeBytes);
      expect(Buffer.compare(stored, await collect(pattern(sizeBytes)))).toBe(0);
    });

    test('put replaces the whole object', async () => {
      await store.put('a/config.json', bytes('a long first content'));
      await store.put('a/config.json', bytes('short'));
      expect(text(await store.get('a/config.json'))).toBe('short');
    });

    test('content that fails leaves the old object, or none', async () => {
      await store.put('kept', bytes('old'));
      await expect(store.put('kept', failingAfter(bytes('new')))).rejects.toThrow('the caller went away');
      await expect(store.put('absent', failingAfter(new Uint8Array(6 << 20)))).rejects.toThrow('the caller went away');
      expect(text(await store.get('kept'))).toBe('old');
      expect(await store.exists('absent')).toBe(false);
      expect(await store.list('')).toEqual(['kept']);
    });

    test('of concurrent puts one wins whole', async () => {
      const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
      await Promise.all(contents.map((content) => store.put('contested', bytes(content))));
      expect(contents).toContain(text(await store.get('contested')));
    });

    test('an object that does not exist is ArtifactNotFound, naming the key', async () => {
      await expect(store.get('no/such')).rejects.toThrow(ArtifactNotFound);
      await expect(collect(store.read('no/such'))).rejects.toThrow('There is no artifact no/such.');
      expect(await store.exists('no/such')).toBe(false);
    });

    test('a folder is no object', async () => {
      await store.put('folder/file', bytes('x'));
      expect(await store.exists('folder')).toBe(false);
      await expect(store.get('folder')).rejects.toThrow(ArtifactNotFound);
      await expect(collect(store.read('folder'))).rejects.toThrow(ArtifactNotFound);
      await store.delete('folder');
      expect(await store.exists('folder/file')).toBe(true);
    });

    test('lists by prefix, sorted, whole segments or not', async () => {
      const keys = ['jobs/a/1/model', 'jobs/a/10/model', 'jobs/a/2/model', 'jobs/b/1/model', 'other'];
      for (const key of keys.toReversed()) await store.put(key, bytes(key));
      expect(await store.list('')).toEqual(keys);
      expect(await store.list('jobs/a/')).toEqual(['jobs/a/1/model', 'jobs/a/10/model', 'jobs/a/2/model']);
      expect(await store.list('jobs/a/1')).toEqual(['jobs/a/1/model', 'jobs/a/10/model']);
      expect(await store.list('jobs/c/')).toEqual([]);
    });

    test('delete removes that object alone, and is no error twice', async () => {
      await store.put('a/1', bytes('1'));
      await store.put('a/2', bytes('2'));
      await store.delete('a/1');
      await store.delete('a/1');
      expect(await store.list('')).toEqual(['a/2']);
    });

    test('what could not be written leaves no draft behind', async () => {
      await store.put('large', pattern(12 * 1024 * 1024));
      await expect(store.put('cut', failingAfter(new Uint8Array(6 << 20)))).rejects.toThrow('the caller went away');
      expect(await store.abandonedDrafts()).toEqual([]);
    });

    test('of a server, clients may put an object of the size that was granted, until the grant expires', async () => {
      const grant = { sizeBytes: 3, expiresAt: new Date(Date.now() + 60_000) };
      const url = await store.putUrl('parts/1', grant);
      if (url === null) return; // no server
      const put = (to: string, body: string) => fetch(to, { method: 'PUT', body });
      expect((await put(url, 'too long')).ok).toBe(false);
      expect((await put(url.replace('parts/1', 'parts/2'), 'abc')).status).toBe(403);
      expect(await store.list('')).toEqual([]);
      expect((await put(url, 'abc')).status).toBe(200);
      expect(text(await store.get('parts/1'))).toBe('abc');
      const brief = await store.putUrl('parts/3', { ...grant, expiresAt: new Date(Date.now() + 1_000) });
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect((await put(brief ?? '', 'abc')).status).toBe(403);
    });

    test.each(['', '/etc/passwd', '../up', 'a/../b', 'a//b', 'a/', './a', 'a\0b', '.hidden', 'a\\b', 'x'.repeat(1025)])(
      'refuses the key %j',
      async (key) => {
        await expect(store.put(key, bytes('x'))).rejects.toThrow(InvalidArtifactKey);
        await expect(store.get(key)).rejects.toThrow(InvalidArtifactKey);
        await expect(collect(store.read(key))).rejects.toThrow(InvalidArtifactKey);
        await expect(store.delete(key)).rejects.toThrow(InvalidArtifactKey);
        expect(await store.list('')).toEqual([]);
      },
    );

    test.each(['..', '../', '/', 'a//', 'a/../'])('refuses the prefix %j', async (prefix) => {
      await expect(store.list(prefix)).rejects.toThrow(InvalidArtifactKey);
    });
  });
}
