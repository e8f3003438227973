import { defineConfig } from 'drizzle-kit';

/** For `npm run migration -w @laurel/storage -- --name what_changed`, after a change of the schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './database/schema/index.ts',
  out: './database/migrations',
});
