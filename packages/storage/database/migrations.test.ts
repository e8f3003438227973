import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import { migrationsFolder } from './migrations.ts';
import * as schema from './schema/index.ts';

test('the migrations lead to the schema as it is; else run `npm run migration -w @laurel/storage`', async () => {
  const snapshots = (await readdir(join(migrationsFolder, 'meta'))).filter((name) => name.endsWith('_snapshot.json'));
  const last = snapshots.sort().at(-1) ?? '';
  const migrated = JSON.parse(await readFile(join(migrationsFolder, 'meta', last), 'utf8'));
  expect(await generateMigration(migrated, generateDrizzleJson(schema, migrated.id))).toEqual([]);
});
