import type { MetricsReport } from '@laurel/contracts';
import { jobMetrics } from '@laurel/storage';
import { sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';

/** PostgreSQL takes 65,535 parameters in one statement; a row needs four. */
const ROWS_AT_ONCE = 10_000;

/** Keeps points of a job's curves; the later value of a step replaces the earlier. @throws {Problem} 409 */
export function recordMetrics({ db }: Context, worker: WorkerIdentity, { points }: MetricsReport): Promise<void> {
  const values = new Map<string, typeof jobMetrics.$inferInsert>();
  for (const { step, values: named } of points) {
    for (const [name, value] of Object.entries(named)) {
      values.set(`${step}/${name}`, { jobId: worker.jobId, name, step, value });
    }
  }
  const rows = [...values.values()];
  return db.transaction(async (tx) => {
    await lockWorkersJob(tx, worker);
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
      await tx
        .insert(jobMetrics)
        .values(rows.slice(i, i + ROWS_AT_ONCE))
        .onConflictDoUpdate({
          target: [jobMetrics.jobId, jobMetrics.name, jobMetrics.step],
          set: { value: sql`excluded.value` },
        });
    }
  });
}
