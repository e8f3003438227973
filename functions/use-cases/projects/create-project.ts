import { newId } from '@laurel/contracts';
import { type Database, organisations, projects } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import type { Grant } from '../keys/check-grant.ts';
import { createKey } from '../keys/create-key.ts';

export type ProjectRow = typeof projects.$inferSelect;
export type OrganisationRow = typeof organisations.$inferSelect;

export interface MadeProject {
  project: ProjectRow;
  /** Of its first key. */
  secret: string;
}

/** Makes a project beside the caller's, and a key that may do everything in it, for as long as the caller's own. */
export function createProject({ db }: Context, caller: Caller, name: string): Promise<MadeProject> {
  return db.transaction(async (tx) => {
    const [own] = await tx.select().from(projects).where(eq(projects.id, caller.projectId));
    if (!own) throw new Error(`Project ${caller.projectId} is gone.`);
    return insertProject(tx, own.organisationId, name, { scopes: ['admin'], expiresAt: caller.expiresAt });
  });
}

/** Makes an organisation, its first project and a key that may do everything in it: without one, nobody could enter. */
export function createOrganisation({ db }: { db: Database }, name: string): Promise<MadeProject> {
  return db.transaction(async (tx) => {
    const id = newId('org');
    await tx.insert(organisations).values({ id, name });
    return insertProject(tx, id, name, { scopes: ['organisation:admin'], expiresAt: null });
  });
}

async function insertProject(tx: Database, organisationId: string, name: string, grant: Grant): Promise<MadeProject> {
  const [project] = await tx
    .insert(projects)
    .values({ id: newId('proj'), organisationId, name })
    .returning();
  const { id } = project as ProjectRow;
  const { secret } = await createKey({ db: tx }, id, { name: 'admin', ...grant });
  return { project: project as ProjectRow, secret };
}
