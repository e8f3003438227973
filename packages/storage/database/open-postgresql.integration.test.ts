import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../tests/real-parts/server.ts';
import { type Postgres, startPostgres } from '../../../tests/real-parts/start-postgres.ts';
import { describeDatabase } from './database-contract.ts';
import { openDatabase } from './open-database.ts';
import { DatabaseUnreachable } from './open-postgresql.ts';
import { organisations } from './schema/index.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describeDatabase(() => openDatabase({ url: postgres.url }));

/** A new, empty database of the server. */
async function createDatabase(name: string): Promise<string> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return postgres.url.replace(/postgres$/, name);
}

test('of processes that start at once on an empty database one migrates, and all open', async () => {
  const url = await createDatabase('empty');
  const opened = await Promise.all(Array.from({ length: 6 }, () => openDatabase({ url })));
  for (const [i, { db }] of opened.entries()) await db.insert(organisations).values({ id: `org_${i}`, name: 'x' });
  expect(await opened[0]?.db.$count(organisations)).toBe(6);
  await Promise.all(opened.map(({ close }) => close()));
});

test('connections that the server cuts are replaced, and do not end the process', async () => {
  const { db, close } = await openDatabase({ url: await createDatabase('cut') });
  await db.insert(organisations).values({ id: 'org_1', name: 'x' });
  const admin = new pg.Client(postgres.url);
  await admin.connect();
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'cut'");
  await admin.end();
  await expect.poll(() => db.$count(organisations).catch(() => 'cut'), { timeout: 5_000 }).toBe(1);
  await close();
});

test('an address where nothing answers is named, without the password', async () => {
  const url = `postgres://laurel:hunter2@127.0.0.1:${await freePort()}/laurel`;
  const opening = openDatabase({ url });
  await expect(opening).rejects.toThrow(DatabaseUnreachable);
  await expect(opening).rejects.toThrow(/^No PostgreSQL answers at postgres:\/\/laurel@127\.0\.0\.1:\d+\/laurel: /);
  await expect(openDatabase({ url: 'nonsense' })).rejects.toThrow('which is no URL');
});
