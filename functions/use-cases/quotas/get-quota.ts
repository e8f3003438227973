import { type QuotaMeasure, quota } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { getProject } from '../projects/get-project.ts';
import { NO_LIMITS, usedOf } from './quota-use.ts';

export type QuotaUse = Record<QuotaMeasure, { used: number; limit: number | null }>;

/** What a project uses, beside what it may. @throws {Problem} 404 */
export async function getQuota(context: Context, caller: Caller, id: string): Promise<QuotaUse> {
  const project = await getProject(context, caller, id);
  const limits = project.quota ?? NO_LIMITS;
  const uses = await Promise.all(
    quota.keyof().options.map(async (measure) => {
      const used = await usedOf[measure](context, project.id);
      return [measure, { used, limit: limits[measure] }] as const;
    }),
  );
  return Object.fromEntries(uses) as QuotaUse;
}
