export type { Database, OpenedDatabase } from './database.ts';
export { FolderInUse, LOCK_DRAFT } from './folder-lock.ts';
export { type DatabaseLocation, openDatabase } from './open-database.ts';
export { DatabaseUnreachable } from './open-postgresql.ts';
export * from './schema/index.ts';
export { isUnstorableText } from './unstorable-text.ts';
