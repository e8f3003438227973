import type { UsageMeasure } from '@laurel/contracts';
import { usage } from '@laurel/storage';
import { and, desc, eq, gte, lte, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { isWithinReach } from '../keys/reach.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';

/** Days, both among them, as `2026-11-26`. */
export interface UsageFilter {
  from: string;
  to: string;
  project?: string | undefined;
}

/** What a project has used on a day. */
export interface DayOfUse {
  day: string;
  projectId: string;
  amounts: Partial<Record<UsageMeasure, number>>;
}

export const idOfDay = ({ day, projectId }: DayOfUse): string => `${day}.${projectId}`;

/** Newest first; days without use are left out. */
export async function listUsage(
  context: Context,
  caller: Caller,
  { from, to, project, ...page }: UsageFilter & PageRequest,
): Promise<Page<DayOfUse>> {
  await context.usage.flush();
  const [day = '', projectId = ''] = page.after?.split('.') ?? [];
  const rows = await context.db
    .select({
      day: usage.day,
      projectId: usage.projectId,
      amounts: sql<DayOfUse['amounts']>`jsonb_object_agg(${usage.measure}, ${usage.amount})`,
    })
    .from(usage)
    .where(
      and(
        isWithinReach(context, caller, usage.projectId),
        project ? eq(usage.projectId, project) : undefined,
        gte(usage.day, from),
        lte(usage.day, to),
        page.after ? sql`(${usage.day}::text, ${usage.projectId}) < (${day}, ${projectId})` : undefined,
      ),
    )
    .groupBy(usage.day, usage.projectId)
    .orderBy(desc(usage.day), desc(usage.projectId))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
