import { keys } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Caller } from './authenticate.ts';
import type { KeyRow } from './create-key.ts';
import { isWithinReach } from './reach.ts';

/** Keys of the caller's project, of all its organisation's if it is an organisation's; those of one project if it is named. */
export async function listKeys(
  context: Context,
  caller: Caller,
  { project, ...page }: PageRequest & { project?: string | undefined },
): Promise<Page<KeyRow>> {
  const older = page.after ? lt(keys.id, page.after) : undefined;
  const ofProject = project ? eq(keys.projectId, project) : undefined;
  const rows = await context.db
    .select()
    .from(keys)
    .where(and(isWithinReach(context, caller, keys.projectId), ofProject, older))
    .orderBy(desc(keys.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
