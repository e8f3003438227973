import type { OpenedDatabase } from './database.ts';
import { openPglite } from './open-pglite.ts';
import { openPostgresql } from './open-postgresql.ts';

/** Where the database is: a folder of this machine (PGlite), or a server's `postgres://…` address. */
export type DatabaseLocation = { folder: string } | { url: string };

/**
 * Opens the database and brings its schema up to date.
 *
 * @throws {FolderInUse} when another process has the folder open
 * @throws {DatabaseUnreachable} when no server answers at the address
 */
export function openDatabase(location: DatabaseLocation): Promise<OpenedDatabase> {
  return 'folder' in location ? openPglite(location.folder) : openPostgresql(location.url);
}
