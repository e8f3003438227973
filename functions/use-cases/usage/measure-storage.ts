import { usage } from '@laurel/storage';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { dayOf } from '../../usage/add-usage.ts';
import { storedByProject } from '../quotas/stored-bytes.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Notes what every project has stored, once an hour. */
export async function measureStorage({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  const at = now();
  const day = dayOf(at);
  const [measured] = await db
    .select({ day: usage.day })
    .from(usage)
    .where(
      and(eq(usage.day, day), eq(usage.measure, 'stored_bytes'), gt(usage.updatedAt, new Date(at.getTime() - HOUR_MS))),
    )
    .limit(1);
  if (measured) return;
  await db.execute(sql`
    insert into usage (project_id, day, measure, amount, updated_at)
    select project_id, ${day}::date, 'stored_bytes', bytes, ${at.toISOString()}::timestamptz from (${storedByProject}) as stored
    on conflict (project_id, day, measure) do update set amount = excluded.amount, updated_at = excluded.updated_at`);
}
