import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUse, lockFolder } from './folder-lock.ts';

const NO_PROCESS = 2 ** 30; // above Linux's largest pid, 2^22

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder has one holder, until it is released', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUse);
  await expect(lockFolder(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}.`);
  await lock.release();
  await (await lockFolder(folder)).release();
});

test('the lock of a process that died is taken over, and only one file stays', async () => {
  await writeFile(join(folder, 'lock.7'), JSON.stringify({ pid: NO_PROCESS, started: '1' }));
  await lockFolder(folder);
  expect(await readdir(folder)).toEqual(['lock.8']);
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUse);
});

test('a pid that another process has by now is no holder', async () => {
  await writeFile(join(folder, 'lock.1'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
  await lockFolder(folder);
  expect(await readdir(folder)).toEqual(['lock.2']);
});

test('a release that a crash cut short still frees the folder', async () => {
  await writeFile(join(folder, 'lock.1'), '');
  await lockFolder(folder);
  expect(await readdir(folder)).toEqual(['lock.2']);
});

test('of many that try at once one wins', async () => {
  await writeFile(join(folder, 'lock.1'), JSON.stringify({ pid: NO_PROCESS, started: '1' }));
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(1);
});
