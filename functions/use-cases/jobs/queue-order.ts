import { WORKING_STATES } from '@laurel/contracts';
import { type Database, jobs, launches } from '@laurel/storage';
import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lte, max, or, sql } from 'drizzle-orm';

/**
 * The jobs that wait for a worker, in the order in which they will get one: the projects by turns, the one whose last turn is the
 * longest ago first; within a project by priority, then by age. `turn` counts within the project, the jobs that workers have included.
 */
export function queueOrder(db: Database, now: Date) {
  const isWaiting = and(eq(jobs.state, 'queued'), or(isNull(jobs.workerTokenHash), lte(launches.dueAt, now)));
  const isLaunched = and(eq(jobs.state, 'queued'), isNotNull(jobs.workerTokenHash), gt(launches.dueAt, now));
  const busy = db
    .select({ projectId: jobs.projectId, jobs: count().as('busy_jobs') })
    .from(jobs)
    .leftJoin(launches, eq(launches.jobId, jobs.id))
    .where(or(inArray(jobs.state, [...WORKING_STATES]), isLaunched))
    .groupBy(jobs.projectId)
    .as('busy');
  const served = db
    .select({ projectId: jobs.projectId, at: max(jobs.launchedAt).as('served_at') })
    .from(jobs)
    .where(inArray(jobs.projectId, db.select({ id: jobs.projectId }).from(jobs).where(eq(jobs.state, 'queued'))))
    .groupBy(jobs.projectId)
    .as('served');
  const place = sql`row_number() over (partition by ${jobs.projectId} order by ${jobs.priority} desc, ${jobs.id})`;
  const turn = sql<number>`(coalesce(${busy.jobs}, 0) + ${place})::int`.as('turn');
  const waiting = db
    .select({ jobId: jobs.id, priority: jobs.priority, dueAt: launches.dueAt, turn, servedAt: served.at })
    .from(launches)
    .innerJoin(jobs, eq(jobs.id, launches.jobId))
    .leftJoin(busy, eq(busy.projectId, jobs.projectId))
    .leftJoin(served, eq(served.projectId, jobs.projectId))
    .where(isWaiting)
    .as('waiting');
  const order = [asc(waiting.turn), sql`${waiting.servedAt} nulls first`, desc(waiting.priority), asc(waiting.jobId)];
  return { waiting, order };
}

/** The places in the queue of those jobs that wait, from 1. */
export async function queuePositions(db: Database, now: Date, jobIds: readonly string[]): Promise<Map<string, number>> {
  if (jobIds.length === 0) return new Map();
  const { waiting, order } = queueOrder(db, now);
  const position = sql<number>`(row_number() over (order by ${sql.join(order, sql`, `)}))::int`.as('position');
  const placed = db.select({ jobId: waiting.jobId, position }).from(waiting).as('placed');
  const rows = await db
    .select()
    .from(placed)
    .where(inArray(placed.jobId, [...jobIds]));
  return new Map(rows.map(({ jobId, position }) => [jobId, position]));
}
