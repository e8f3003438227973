import { type JobSpec, type MetricMeaning, metricMeaning } from '@laurel/contracts';
import { jobEvents, jobs } from '@laurel/storage';
import { and, desc, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Difference, differencesOf } from './differences.ts';
import { getModelVersion, type ModelVersionRow } from './get-model-version.ts';

/** A metric of the jobs that made two versions; null where one does not have it. */
interface ComparedMetric {
  name: string;
  first: number | null;
  second: number | null;
  /** Second less first; null where they are not of the same quantity. */
  difference: number | null;
  /** Of the first one's job, where both have it. */
  meaning: MetricMeaning;
}

export interface VersionComparison {
  first: ModelVersionRow;
  second: ModelVersionRow;
  metrics: ComparedMetric[];
  /** Of config.json, of what the jobs were asked, and of the settings that were in force with their defaults. */
  config: Difference[];
  spec: Difference[];
  settings: Difference[];
}

/** What differs between two versions. @throws {Problem} 404 */
export async function compareModelVersions(
  context: Context,
  projectId: string,
  references: readonly [string, string],
): Promise<VersionComparison> {
  const [first, second] = [
    await getModelVersion(context, projectId, references[0]),
    await getModelVersion(context, projectId, references[1]),
  ];
  const [ours, theirs] = [await jobOf(context, first), await jobOf(context, second)];
  return {
    first,
    second,
    metrics: compareMetrics([first, ours.spec], [second, theirs.spec]),
    config: differencesOf(first.config, second.config),
    spec: differencesOf(ours.spec, theirs.spec),
    settings: differencesOf(ours.settings, theirs.settings),
  };
}

async function jobOf({ db }: Context, { jobId }: ModelVersionRow): Promise<{ spec: JobSpec; settings: unknown }> {
  const [job] = await db.select({ spec: jobs.spec }).from(jobs).where(eq(jobs.id, jobId));
  if (!job) throw new Error(`Job ${jobId} is gone, and its model version is not.`);
  const [event] = await db
    .select({ data: jobEvents.data })
    .from(jobEvents)
    .where(and(eq(jobEvents.jobId, jobId), eq(jobEvents.type, 'settings')))
    .orderBy(desc(jobEvents.seq))
    .limit(1);
  return { spec: job.spec, settings: event?.data ?? {} };
}

type Measured = readonly [version: ModelVersionRow, spec: JobSpec];

function compareMetrics([first, ours]: Measured, [second, theirs]: Measured): ComparedMetric[] {
  const names = new Set([...Object.keys(first.metrics), ...Object.keys(second.metrics)]);
  return [...names].toSorted().map((name) => {
    const [a, b] = [first.metrics[name] ?? null, second.metrics[name] ?? null];
    const [meaning, other] = [metricMeaning(ours.type, name), metricMeaning(theirs.type, name)];
    const isSame = ours.type === theirs.type || (meaning.unit !== null && meaning.unit === other.unit);
    const difference = isSame && a !== null && b !== null ? b - a : null;
    return { name, first: a, second: b, difference, meaning: a === null ? other : meaning };
  });
}
