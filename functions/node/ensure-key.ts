import { readFile, rename, writeFile } from 'node:fs/promises';
import { Problem } from '@laurel/contracts';
import { projects } from '@laurel/storage';
import { asc } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { authenticate } from '../use-cases/keys/authenticate.ts';
import type { Grant } from '../use-cases/keys/check-grant.ts';
import { createKey } from '../use-cases/keys/create-key.ts';
import { allows } from '../use-cases/keys/scopes.ts';
import { createOrganisation } from '../use-cases/projects/create-project.ts';

/** What the owner of the data folder may do. */
const EVERYTHING: Grant = { scopes: ['organisation:admin'], expiresAt: null };

/** Of the file that a key is written to before it gets its name. */
export const NEW_KEY_SUFFIX = '.new';

/**
 * Sees to it that the file holds a key that opens the service, for whoever owns the data folder: at the first start it
 * makes the organisation "default" with one, later it makes a new one only if the file was lost, or its key revoked or made lesser.
 */
export async function ensureKey(context: Context, path: string): Promise<{ secret: string; isNew: boolean }> {
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept && (await opens(context, kept))) return { secret: kept, isNew: false };
  const secret = await newAdminSecret(context);
  await writeFile(`${path}${NEW_KEY_SUFFIX}`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}${NEW_KEY_SUFFIX}`, path);
  return { secret, isNew: true };
}

async function opens(context: Context, secret: string): Promise<boolean> {
  try {
    return allows((await authenticate(context, secret)).scopes, 'organisation:admin');
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

async function newAdminSecret(context: Context): Promise<string> {
  const [oldest] = await context.db.select().from(projects).orderBy(asc(projects.id)).limit(1);
  if (!oldest) return (await createOrganisation(context, 'default')).secret;
  return (await createKey(context, oldest.id, { name: 'admin', ...EVERYTHING })).secret;
}
