import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArtifactCorrupt } from './artifact-errors.ts';
import { ArtifactNotFound } from './artifact-store.ts';
import { FolderArtifactStore } from './folder-artifact-store.ts';
import { getVerified, putHashed, readVerified } from './hashed-content.ts';
import { readManifest, readManifestFile, writeManifest } from './manifest.ts';

// FIPS 180-2, appendix B.1: the hash of "abc".
const ABC_SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const bytes = (text: string) => new TextEncoder().encode(text);
async function* chunks(...texts: string[]) {
  for (const text of texts) yield bytes(text);
}

let store: FolderArtifactStore;
beforeEach(async () => {
  store = new FolderArtifactStore(await mkdtemp(`${tmpdir()}/laurel-manifest-`));
});
afterEach(() => rm(store.folder, { recursive: true }));

test('putHashed tells the hash and size of bytes and of streams', async () => {
  expect(await putHashed(store, 'bytes', bytes('abc'))).toEqual({ sha256: ABC_SHA256, sizeBytes: 3 });
  expect(await putHashed(store, 'stream', chunks('a', '', 'bc'))).toEqual({ sha256: ABC_SHA256, sizeBytes: 3 });
  expect(await store.get('stream')).toEqual(await store.get('bytes'));
});

test('a verified read ends in an error when the bytes have changed', async () => {
  await store.put('rows', bytes('abd'));
  await expect(getVerified(store, 'rows', ABC_SHA256)).rejects.toThrow(/artifact rows is damaged: its SHA-256 is/);
  const reading = async () => {
    for await (const _ of readVerified(store, 'rows', ABC_SHA256));
  };
  await expect(reading()).rejects.toThrow(ArtifactCorrupt);
  await store.put('rows', bytes('abc'));
  await expect(reading()).resolves.toBeUndefined();
});

test('a manifest lists every file and is named by its own hash', async () => {
  const written = await writeManifest(store, 'job/model', { 'a.json': bytes('abc'), b: chunks('ab', 'c') });
  const file = { sha256: ABC_SHA256, size_bytes: 3 };
  expect(written.manifest).toEqual({ files: { 'a.json': file, b: file } });
  expect(await readManifest(store, 'job/model', written.manifestSha256)).toEqual(written.manifest);
  expect(await readManifestFile(store, 'job/model', written.manifest, 'b')).toEqual(bytes('abc'));
});

test('the manifest comes last: a write that is cut leaves none, not even the old one', async () => {
  await writeManifest(store, 'job/20', { a: bytes('old') });
  const cut = async function* () {
    yield bytes('new');
    throw new Error('killed');
  };
  await expect(writeManifest(store, 'job/20', { a: bytes('new'), b: cut() })).rejects.toThrow('killed');
  await expect(readManifest(store, 'job/20')).rejects.toThrow(ArtifactNotFound);
});

test('damage of the manifest, of a file, a missing file and an unlisted one are told apart', async () => {
  const { manifest, manifestSha256 } = await writeManifest(store, 'm', { a: bytes('abc'), b: bytes('abc') });
  await store.put('m/a', bytes('abd'));
  await store.delete('m/b');
  await expect(readManifestFile(store, 'm', manifest, 'a')).rejects.toThrow('The artifact m/a is damaged');
  await expect(readManifestFile(store, 'm', manifest, 'b')).rejects.toThrow('There is no artifact m/b.');
  await expect(readManifestFile(store, 'm', manifest, 'c')).rejects.toThrow(
    'm/manifest.json is damaged: it lists no c',
  );
  await store.put('m/manifest.json', bytes('{"files":'));
  await expect(readManifest(store, 'm')).rejects.toThrow('m/manifest.json is damaged: it is not a manifest');
  await expect(readManifest(store, 'm', manifestSha256)).rejects.toThrow('m/manifest.json is damaged: its SHA-256');
});
