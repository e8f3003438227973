import { projects } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { ProjectRow } from './create-project.ts';

/** A key sees its own project and no other. @throws {Problem} 404 */
export async function getProject({ db }: Context, callerProjectId: string, id: string): Promise<ProjectRow> {
  const [project] = id === callerProjectId ? await db.select().from(projects).where(eq(projects.id, id)) : [];
  if (!project) throw notFound('project', id);
  return project;
}
