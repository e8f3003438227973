import { auditEntries } from '@laurel/storage';
import { and, desc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { Caller } from '../keys/authenticate.ts';
import { isWithinReach } from '../keys/reach.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';

export type AuditEntryRow = typeof auditEntries.$inferSelect;

/** All that is named has to be so. */
export interface AuditFilter {
  project?: string | undefined;
  key?: string | undefined;
  operation?: string | undefined;
  object?: string | undefined;
  from?: Date | undefined;
  /** The first moment that is not among them. */
  to?: Date | undefined;
}

/** Newest first. */
export async function listAuditEntries(
  context: Context,
  caller: Caller,
  { limit, after, ...filter }: AuditFilter & PageRequest,
): Promise<Page<AuditEntryRow>> {
  const rows = await context.db
    .select()
    .from(auditEntries)
    .where(and(matching(context, caller, filter), after ? lt(auditEntries.id, after) : undefined))
    .orderBy(desc(auditEntries.id))
    .limit(limit + 1);
  return pageFrom(rows, { limit });
}

function matching(context: Context, caller: Caller, filter: AuditFilter): SQL | undefined {
  const { project, key, operation, object, from, to } = filter;
  return and(
    isWithinReach(context, caller, auditEntries.projectId),
    project ? eq(auditEntries.projectId, project) : undefined,
    key ? eq(auditEntries.keyId, key) : undefined,
    operation ? eq(auditEntries.operation, operation) : undefined,
    object ? eq(auditEntries.object, object) : undefined,
    from ? gte(auditEntries.at, from) : undefined,
    to ? lt(auditEntries.at, to) : undefined,
  );
}
