import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisProcess } from '../process-identity.ts';
import { describeArtifactStore } from './artifact-store-contract.ts';
import { FolderArtifactStore } from './folder-artifact-store.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-artifacts-'));
});
afterAll(() => rm(root, { recursive: true }));

const openStore = async () => new FolderArtifactStore(await mkdtemp(join(root, 'store-')));

describeArtifactStore(openStore);

test('leaves no draft behind, written or failed', async () => {
  const store = await openStore();
  await store.put('a', new Uint8Array(10));
  const failing = async function* () {
    yield new Uint8Array(10);
    throw new Error('cut');
  };
  await expect(store.put('b', failing())).rejects.toThrow('cut');
  expect(await readdir(join(store.folder, '.drafts'))).toEqual([]);
});

test('removes at once the drafts of a process of this machine that died', async () => {
  const store = await openStore();
  await store.put('a', new Uint8Array(1));
  const { pid, started } = await thisProcess();
  const draftOf = (start: string) => [hostname(), pid, start, 'x'].join('~');
  for (const start of [started, '1']) await writeFile(join(store.folder, '.drafts', draftOf(start)), 'half');

  await new FolderArtifactStore(store.folder).put('b', new Uint8Array(1));
  expect(await readdir(join(store.folder, '.drafts'))).toEqual([draftOf(started)]);
});

test('removes old drafts of other machines, not those still being written', async () => {
  const store = await openStore();
  await store.put('a', new Uint8Array(1));
  const [abandoned, fresh] = [join(store.folder, '.drafts', 'abandoned'), join(store.folder, '.drafts', 'fresh')];
  await writeFile(abandoned, 'half');
  await writeFile(fresh, 'half');
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(abandoned, twoHoursAgo, twoHoursAgo);

  await new FolderArtifactStore(store.folder).put('b', new Uint8Array(1));
  expect(await readdir(join(store.folder, '.drafts'))).toEqual(['fresh']);
  expect(await store.list('')).toEqual(['a', 'b']);
});

test('deleting the last object of a folder removes the folder', async () => {
  const store = await openStore();
  await store.put('artifacts/job_1/20/model', new Uint8Array(1));
  await store.put('artifacts/job_1/40/model', new Uint8Array(1));
  await store.delete('artifacts/job_1/20/model');
  expect(await readdir(join(store.folder, 'artifacts/job_1'))).toEqual(['40']);
});

test('writing and deleting beside each other lose nothing', async () => {
  const store = await openStore();
  for (let round = 0; round < 50; round++) {
    await store.put('shared/old', new Uint8Array(1));
    await Promise.all([store.delete('shared/old'), store.put('shared/new', new Uint8Array(2))]);
    expect((await store.get('shared/new')).length).toBe(2);
    await store.delete('shared/new');
  }
});
