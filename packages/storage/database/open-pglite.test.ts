import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeDatabase } from './database-contract.ts';
import { openDatabase } from './open-database.ts';

vi.setConfig({ hookTimeout: 60_000, testTimeout: 30_000 }); // making a database is a second's work of one whole core

let folder: string;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'laurel-pglite-')), 'made', 'by', 'open');
});
afterAll(() => rm(join(folder, '../../..'), { recursive: true }));

describeDatabase(() => openDatabase({ folder }));

test('a folder is opened once at a time', async () => {
  const first = await openDatabase({ folder });
  await expect(openDatabase({ folder })).rejects.toThrow(`${folder} is in use by process ${process.pid}.`);
  await first.close();
  await (await openDatabase({ folder })).close();
});
