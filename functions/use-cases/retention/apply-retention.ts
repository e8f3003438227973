import { projects } from '@laurel/storage';
import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { letGoDatasets } from './let-go-datasets.ts';
import { letGoAuditEntries, letGoEvents, letGoMetrics, letGoShadowScores } from './let-go-rows.ts';

const HOUR_MS = 60 * 60 * 1000;
/** So that a sweep, which also looks after lost workers, is over within seconds. */
const BATCHES_A_SWEEP = 20;

const STEPS = [letGoEvents, letGoMetrics, letGoShadowScores, letGoDatasets, letGoAuditEntries];

/** Removes what the rules of projects let go, of each project once an hour. */
export async function applyRetention(context: Context): Promise<void> {
  const { db, now, log } = context;
  const wasLongAgo = or(isNull(projects.retainedAt), lt(projects.retainedAt, new Date(now().getTime() - HOUR_MS)));
  const due = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(isNotNull(projects.retention), wasLongAgo));
  for (const { id } of due) {
    try {
      await applyTo(context, id);
    } catch (err) {
      log.error({ err, projectId: id }, 'rules of retention were not applied'); // one project is not to stop the others
    }
  }
}

/** Batch by batch; one that has more than a sweep takes goes on with the next sweep. */
async function applyTo(context: Context, projectId: string): Promise<void> {
  let batches = 0;
  for (const letGo of STEPS) {
    while (await letGo(context, projectId)) {
      batches += 1;
      if (batches === BATCHES_A_SWEEP) return;
    }
  }
  await context.db.update(projects).set({ retainedAt: context.now() }).where(eq(projects.id, projectId));
}
