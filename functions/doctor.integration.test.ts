import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@laurel/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyEmptyDatabase } from './testing/database-template.ts';

const ENTRY = fileURLToPath(new URL('doctor.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-doctor-'));
  await copyEmptyDatabase(join(folder, 'database'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Exit code and all that was printed. */
function doctor(args: string[] = [], data = folder): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, LAUREL_DATA: data };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', ENTRY, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}

test('a clean installation is clean, and so is none', async () => {
  expect(await doctor()).toEqual({ code: 0, said: 'Nothing was found.\n' });
  const none = await doctor([], join(folder, 'none'));
  expect(none.code).toBe(0);
  expect(none.said).toContain('There is nothing at');
  expect(await readdir(folder)).not.toContain('none');
});

test('finds temporary and unnamed files, says what to do, and deletes what is safe to delete', async () => {
  const drafts = join(folder, 'artifacts/.drafts');
  await mkdir(drafts, { recursive: true });
  await mkdir(join(folder, 'artifacts/datasets/ds_gone'), { recursive: true });
  await writeFile(join(folder, 'key.new'), '');
  await writeFile(join(folder, 'database/lock-draft.1.x'), '');
  await writeFile(join(folder, 'artifacts/datasets/ds_gone/rows.jsonl'), '');
  const first = await doctor();
  expect(first.code).toBe(1);
  expect(first.said).toContain(`temporary_file: ${join(folder, 'key.new')}`);
  expect(first.said).toContain(`temporary_file: ${join(folder, 'database/lock-draft.1.x')}`);
  expect(first.said).toContain('unnamed_file: datasets/ds_gone/rows.jsonl');
  expect(first.said).toContain('Remedy: --repair deletes it.');
  expect(first.said).toContain('3 found.');
  expect((await doctor(['--repair'])).code).toBe(1);
  expect((await doctor()).said).toContain('1 found.'); // what is not a day old yet
});

test('beside a server that has the database it says so', async () => {
  const { close } = await openDatabase({ folder: join(folder, 'database') });
  const { code, said } = await doctor();
  await close();
  expect(code).toBe(2);
  expect(said).toContain(`in use by process ${process.pid}. Stop that process`);
});
