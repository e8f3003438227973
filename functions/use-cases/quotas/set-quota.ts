import type { Quota } from '@laurel/contracts';
import { projects } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { getProject } from '../projects/get-project.ts';
import { getQuota, type QuotaUse } from './get-quota.ts';

/** Limits a project. One that uses more already takes no more, and loses nothing. @throws {Problem} 404 */
export async function setQuota(context: Context, caller: Caller, id: string, limits: Quota): Promise<QuotaUse> {
  const project = await getProject(context, caller, id);
  await context.db.update(projects).set({ quota: limits }).where(eq(projects.id, project.id));
  return getQuota(context, caller, id);
}
