import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from './schema/index.ts';

/** The database as use cases see it: the same for PGlite and PostgreSQL. A transaction is one too. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface OpenedDatabase {
  db: Database;
  /** `pglite` has one connection: every query waits behind an open transaction, so keep transactions short. */
  kind: 'pglite' | 'postgresql';
  /** Waits for running queries, then lets the folder or the connections go. */
  close: () => Promise<void>;
}
