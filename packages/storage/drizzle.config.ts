import { defineConfig } from 'drizzle-kit';

/** For `npx drizzle-kit generate --name what_changed`, run in this folder after a change of the schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './database/schema/index.ts',
  out: './database/migrations',
});
