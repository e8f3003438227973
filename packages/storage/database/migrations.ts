import { fileURLToPath } from 'node:url';

/** The SQL files that drizzle-kit writes from the schema. */
export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));
