import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';
import { organisations } from './schema/index.ts';

/** Inserts rows one after the other, and says the id of each once the database has answered. */
const INSERTING = `
  import { newId } from '@laurel/contracts';
  import { openDatabase, organisations } from '@laurel/storage';
  const { db } = await openDatabase({ folder: process.argv[1] });
  for (;;) {
    const id = newId('org');
    await db.insert(organisations).values({ id, name: 'x'.repeat(1000) });
    console.log(id);
  }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

function startInserting(): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', INSERTING, folder], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Reads ids until `count` have come, then kills the process; those that it still said count too. */
async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  if (!child.stdout) throw new Error('The child was started with a pipe.');
  const ended = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    if (acknowledged.push(id) === count) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
}

test('kill -9 while writing, three times: the folder opens at once and has every acknowledged row', async () => {
  const acknowledged: string[] = [];
  for (const count of [1, 120, 333]) acknowledged.push(...(await killAfter(startInserting(), count)));
  const { db, close } = await openDatabase({ folder });
  const stored = new Set((await db.select().from(organisations)).map(({ id }) => id));
  await close();
  expect(acknowledged.length).toBeGreaterThanOrEqual(454);
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
});

test('a second process is told which one has the folder', async () => {
  const child = startInserting();
  if (child.stdout) await once(child.stdout, 'data');
  await expect(openDatabase({ folder })).rejects.toThrow(`${folder} is in use by process ${child.pid}.`);
  await killAfter(child, 1);
});
