import { projects } from '@laurel/storage';
import { type AnyColumn, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from './authenticate.ts';
import { allows } from './scopes.ts';

/** Whether a row belongs to the caller's project or, for a key of the organisation, to any of the organisation's. */
export function isWithinReach({ db }: Pick<Context, 'db'>, caller: Caller, projectId: AnyColumn): SQL {
  if (!allows(caller.scopes, 'organisation:admin')) return eq(projectId, caller.projectId);
  const own = sql`(select organisation_id from projects where id = ${caller.projectId})`;
  return inArray(projectId, db.select({ id: projects.id }).from(projects).where(eq(projects.organisationId, own)));
}
