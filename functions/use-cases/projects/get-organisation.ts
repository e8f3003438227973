import { organisations, projects } from '@laurel/storage';
import { and, eq, getTableColumns } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { notFound } from '../not-found.ts';
import type { OrganisationRow } from './create-project.ts';

/** A key sees its own organisation and no other. @throws {Problem} 404 */
export async function getOrganisation({ db }: Context, caller: Caller, id: string): Promise<OrganisationRow> {
  const [organisation] = await db
    .select(getTableColumns(organisations))
    .from(organisations)
    .innerJoin(projects, eq(projects.organisationId, organisations.id))
    .where(and(eq(organisations.id, id), eq(projects.id, caller.projectId)));
  if (!organisation) throw notFound('organisation', id);
  return organisation;
}
