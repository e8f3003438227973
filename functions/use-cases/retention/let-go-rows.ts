import type { Retention } from '@laurel/contracts';
import { auditEntries, type Database, jobEvents, jobMetrics, projects, shadowScores } from '@laurel/storage';
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { daysBefore } from './days-before.ts';
import { rulesOf } from './get-retention.ts';

const ROWS_A_BATCH = 1_000;

/** One project's rows that a rule lets go: older than so many days, which is before a moment. */
interface Old {
  projectId: string;
  days: number;
  before: SQL;
}

/**
 * Removes a batch of rows in one transaction, which holds the rule: one that is taken back or changed counts from the next batch on.
 *
 * @param remove deletes at most `ROWS_A_BATCH`, answering a row for each
 * @returns to do so, and tell whether there may be more
 */
const inBatches =
  (rule: keyof Retention, remove: (tx: Database, old: Old) => PromiseLike<unknown[]>) =>
  ({ db, now }: Pick<Context, 'db' | 'now'>, projectId: string): Promise<boolean> =>
    db.transaction(async (tx) => {
      const [project] = await tx.select().from(projects).where(eq(projects.id, projectId)).for('share');
      const days = project && rulesOf(project)[rule];
      if (typeof days !== 'number') return false;
      const before = sql`${daysBefore(now(), days).toISOString()}::timestamptz`;
      const removed = await remove(tx, { projectId, days, before });
      return removed.length === ROWS_A_BATCH;
    });

/** That a row is one of a batch, which is chosen once: a bare `limit` might be counted anew for every row. */
const among = (columns: string, batch: SQL) =>
  sql`(${sql.raw(columns)}) in (with batch as materialized (${batch} limit ${ROWS_A_BATCH}) select * from batch)`;

/**
 * The log of jobs that ended long ago. The last event stays, so that the log of one that is retried is numbered on, and so do the
 * settings, which comparisons of model versions read. A job that is being changed waits for the next time.
 */
export const letGoEvents = inBatches('job_logs_days', (tx, { projectId, before }) => {
  const batch = sql`
    select job_id, seq from job_events join jobs on jobs.id = job_id
    where project_id = ${projectId} and ended_at < ${before} and job_events.type <> 'settings'
      and seq < (select max(seq) from job_events as any_event where any_event.job_id = jobs.id)
    for share of jobs skip locked`;
  return tx.delete(jobEvents).where(among('job_id, seq', batch)).returning({ seq: jobEvents.seq });
});

export const letGoMetrics = inBatches('job_logs_days', (tx, { projectId, before }) => {
  const batch = sql`
    select job_id, job_metrics.name, job_metrics.step from job_metrics join jobs on jobs.id = job_id
    where project_id = ${projectId} and ended_at < ${before}
    for share of jobs skip locked`;
  return tx.delete(jobMetrics).where(among('job_id, name, step', batch)).returning({ step: jobMetrics.step });
});

export const letGoShadowScores = inBatches('shadow_scores_days', (tx, { projectId, before }) => {
  const batch = sql`
    select shadow_scores.id from shadow_scores join endpoints on endpoints.id = endpoint_id
    where project_id = ${projectId} and shadow_scores.created_at < ${before}`;
  return tx.delete(shadowScores).where(among('id', batch)).returning({ id: shadowScores.id });
});

/** By the database's clock, as the trigger has it that refuses what is not old enough. */
export const letGoAuditEntries = inBatches('audit_days', (tx, { projectId, days }) => {
  const batch = sql`
    select id from audit_entries where project_id = ${projectId} and at < now() - make_interval(days => ${days}::int)`;
  return tx.delete(auditEntries).where(among('id', batch)).returning({ id: auditEntries.id });
});
