import type { UsageMeasure } from '@laurel/contracts';
import { type Database, usage } from '@laurel/storage';
import { sql } from 'drizzle-orm';

export interface Amount {
  projectId: string;
  measure: UsageMeasure;
  amount: number;
}

/** The day of UTC, such as `2026-11-26`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Counts what was used on a day. Rows are taken in one order, so that of several writers none waits for another in a circle. */
export async function addUsage(db: Database, at: Date, amounts: readonly Amount[]): Promise<void> {
  if (amounts.length === 0) return;
  const day = dayOf(at);
  const order = ({ projectId, measure }: Amount) => `${projectId} ${measure}`;
  const sorted = amounts.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  await db
    .insert(usage)
    .values(sorted.map((each) => ({ ...each, day, updatedAt: at })))
    .onConflictDoUpdate({
      target: [usage.projectId, usage.day, usage.measure],
      set: { amount: sql`${usage.amount} + excluded.amount`, updatedAt: at },
    });
}
