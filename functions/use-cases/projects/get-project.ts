import { projects } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { isWithinReach } from '../keys/reach.ts';
import { notFound } from '../not-found.ts';
import type { ProjectRow } from './create-project.ts';

/** @throws {Problem} 404 */
export async function getProject(context: Context, caller: Caller, id: string): Promise<ProjectRow> {
  const [project] = await context.db
    .select()
    .from(projects)
    .where(and(eq(projects.id, id), isWithinReach(context, caller, projects.id)));
  if (!project) throw notFound('project', id);
  return project;
}
