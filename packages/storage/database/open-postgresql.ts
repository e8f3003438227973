import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { OpenedDatabase } from './database.ts';
import { migrationsFolder } from './migrations.ts';
import * as schema from './schema/index.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Names the advisory lock that migrating takes; any number that nothing else in the database uses. */
const MIGRATION_LOCK = 0x1a04e1;

export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
  readonly code = 'database_unreachable';
}

/** Connects to a PostgreSQL server. @throws {DatabaseUnreachable} */
export async function openPostgresql(url: string): Promise<OpenedDatabase> {
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // The pool drops a broken idle connection by itself; without a listener its error would end the process.
  pool.on('error', () => {});
  try {
    await migrateAlone(pool, url);
    return { db: drizzle({ client: pool, schema }), kind: 'postgresql', close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Migrates on a connection that holds an advisory lock, so that of several processes that start at once one does it. */
async function migrateAlone(pool: pg.Pool, url: string): Promise<void> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new DatabaseUnreachable(`No PostgreSQL answers at ${withoutPassword(url)}: ${reason(cause)}`, { cause });
  });
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle({ client }), { migrationsFolder });
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    client.release();
  } catch (error) {
    client.release(true); // closing the connection lets the lock go
    throw error;
  }
}

/** Connecting by a name with several addresses fails with one error for each and no message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the given address, which is no URL such as postgres://user@host:5432/database';
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  return shown.href;
}
