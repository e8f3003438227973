import { projects } from '@laurel/storage';
import { and, desc, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { isWithinReach } from '../keys/reach.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { ProjectRow } from './create-project.ts';

export async function listProjects(context: Context, caller: Caller, page: PageRequest): Promise<Page<ProjectRow>> {
  const older = page.after ? lt(projects.id, page.after) : undefined;
  const rows = await context.db
    .select()
    .from(projects)
    .where(and(isWithinReach(context, caller, projects.id), older))
    .orderBy(desc(projects.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
