import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { OpenedDatabase } from './database.ts';
import { lockFolder } from './folder-lock.ts';
import { migrationsFolder } from './migrations.ts';
import * as schema from './schema/index.ts';

/**
 * Opens PGlite in a folder, which is made if need be. What was committed survives `kill -9`: PGlite writes its log
 * before it answers.
 *
 * @throws {FolderInUse} when another process has the folder open
 */
export async function openPglite(folder: string): Promise<OpenedDatabase> {
  await mkdir(folder, { recursive: true });
  const lock = await lockFolder(folder);
  const client = new PGlite(join(folder, 'pgdata'));
  const close = async () => {
    await client.close();
    await lock.release();
  };
  try {
    await client.waitReady;
    const db = drizzle({ client, schema });
    await migrate(db, { migrationsFolder });
    return { db, kind: 'pglite', close };
  } catch (error) {
    await close().catch(() => lock.release());
    throw error;
  }
}
