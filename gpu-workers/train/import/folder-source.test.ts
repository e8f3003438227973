import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderSource } from './folder-source.ts';
import { importSettings } from './import-settings.ts';

let outside: string;
let root: string;

beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'folder-')));
  root = join(outside, 'models');
  await mkdir(join(root, 'tiny/nested'), { recursive: true });
  await writeFile(join(root, 'tiny/config.json'), '{}');
  await writeFile(join(outside, 'secret.json'), '{}');
});
afterEach(() => rm(outside, { recursive: true }));

const open = (path: string, folder = root) => folderSource(path, importSettings({ LAUREL_IMPORT_FOLDER: folder }));

test.each(['tiny', './tiny/', 'tiny/../tiny'])('%s is read within the named folder', async (path) => {
  const source = await open(path);
  expect(source.origin).toEqual({ type: 'folder', path: join(root, 'tiny') });
  expect(source.files).toEqual([{ name: 'config.json', sizeBytes: 2 }]);
  expect(Buffer.from(await source.read({ name: 'config.json', sizeBytes: 2 }, () => undefined)).toString()).toBe('{}');
});

test('so is an absolute path, and a named folder that is a link', async () => {
  expect((await open(join(root, 'tiny'))).files).toHaveLength(1);
  const link = join(outside, 'link');
  await symlink(root, link);
  expect((await open('tiny', link)).files).toHaveLength(1);
  expect((await open(join(link, 'tiny'), link)).files).toHaveLength(1);
});

test('links within it are followed, as those of a cache of the hub', async () => {
  await writeFile(join(root, 'blob'), 'weights');
  await symlink('../blob', join(root, 'tiny/model.safetensors'));
  expect((await open('tiny')).files).toContainEqual({ name: 'model.safetensors', sizeBytes: 7 });
});

test.each(['..', '/etc', '../models-of-others', 'tiny/../../secret.json'])('%s is outside', async (path) => {
  await expect(open(path)).rejects.toThrow(/not within LAUREL_IMPORT_FOLDER/);
});

test('so is a folder, and a file, that a link leads out to', async () => {
  await symlink(outside, join(root, 'escape'));
  await expect(open('escape')).rejects.toThrow(/not within LAUREL_IMPORT_FOLDER/);
  await symlink(join(outside, 'secret.json'), join(root, 'tiny/tokenizer.json'));
  await expect(open('tiny')).rejects.toThrow(/tokenizer\.json is a link.*not within/);
});

test('a folder that is not there, and a file in its place, are named', async () => {
  await expect(open('none')).rejects.toThrow(/There is no folder .*none/);
  await expect(open('tiny/config.json')).rejects.toThrow(/no folder that can be read/);
});

test('without a named folder none is read', async () => {
  await expect(folderSource('/etc', importSettings({}))).rejects.toThrow(/LAUREL_IMPORT_FOLDER/);
});

test('a file that changes its size is refused', async () => {
  const source = await open('tiny');
  await writeFile(join(root, 'tiny/config.json'), '{"n": 1}');
  const [file] = source.files;
  await expect(file && source.read(file, () => undefined)).rejects.toThrow(/no longer has the 2 bytes/);
});
