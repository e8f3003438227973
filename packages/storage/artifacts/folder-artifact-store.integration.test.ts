import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderArtifactStore } from './folder-artifact-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-artifacts-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a script, given the folder as its argument, in a process of its own, started by the wrapper's command. */
function start(script: string, wrapper: string[] = []): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script, folder];
  const child = spawn('env', [...wrapper, ...node], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('The child was started with a pipe.');
  return child as ChildProcess & { stdout: NodeJS.ReadableStream };
}

/** Writes the same key again and again, each time all bytes alike, and says which once it is written. */
const WRITING = `
  import { FolderArtifactStore } from '@laurel/storage/artifacts';
  const store = new FolderArtifactStore(process.argv[1]);
  for (let n = 1; ; n++) {
    const part = new Uint8Array(1 << 16).fill(n);
    await store.put('job/model', (async function* () { for (let i = 0; i < 64; i++) yield part; })());
    console.log(n);
  }
`;

test('kill -9 while writing leaves a whole object, no older than the last that was acknowledged', async () => {
  for (const kills of [3, 10, 17]) {
    const writer = start(WRITING);
    const ended = once(writer, 'exit');
    let acknowledged = 0;
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === kills) writer.kill('SIGKILL');
    }
    await ended;
    const store = new FolderArtifactStore(folder);
    const content = await store.get('job/model');
    expect(content.length).toBe(64 << 16);
    expect(content.every((byte) => byte === content[0])).toBe(true);
    expect(content[0]).toBeGreaterThanOrEqual(acknowledged);
    expect(await store.list('')).toEqual(['job/model']);
  }
});

/** Writes what fits, what does not, and what fits again; says how each ended. */
const FILLING = `
  import { FolderArtifactStore } from '@laurel/storage/artifacts';
  import { readdir } from 'node:fs/promises';
  const store = new FolderArtifactStore(process.argv[1]);
  const put = (key, sizeBytes) => store.put(key, new Uint8Array(sizeBytes)).then(() => 'written', String);
  const outcomes = [await put('a', 1 << 16), await put('job/large', 1 << 23), await put('b', 1 << 16)];
  console.log(JSON.stringify({ outcomes, keys: await store.list(''), drafts: await readdir(process.argv[1] + '/.drafts') }));
`;

test('a full disk is named, leaves nothing of the object, and does not end the service', async () => {
  // A file system of 1 MiB that only this child sees: a user namespace of Linux lets anybody mount one.
  const inSmallDisk = `mount -t tmpfs -o size=1m tmpfs ${folder} && exec "$@"`;
  const child = start(FILLING, ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', inSmallDisk, 'sh']);
  expect(JSON.parse(await text(child.stdout))).toEqual({
    outcomes: [
      'written',
      `ArtifactStoreFull: There is no room left in ${folder} to write job/large. Make room there, then try again.`,
      'written',
    ],
    keys: ['a', 'b'],
    drafts: [],
  });
});
