import type { JobSpec, JobType } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { and, desc, eq, gt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { sizeOfConfig } from '../../estimates/parameters-of.ts';
import { type Work, workOf } from '../../estimates/work-of.ts';
import type { DatasetReport } from '../../uploads/dataset-report.ts';
import type { DatasetRow } from '../datasets/upload-dataset.ts';
import { checkInputs } from './check-inputs.ts';
import { findDatasets } from './find-inputs.ts';
import { findModels } from './find-models.ts';
import { resolveSpec } from './resolve-spec.ts';
import { costUsd } from './worked-time.ts';

/** A quantity that is not known before it is measured. */
export interface Range {
  expected: number;
  low: number;
  high: number;
}

export interface Estimate {
  tokens: Range;
  flops: Range;
  durationSeconds: Range;
  /** null where nobody has said what a worker costs. */
  costUsd: Range | null;
  /** `measured`: from the pace of earlier jobs of this type; `assumed`: from what such a machine usually reaches. */
  basis: 'measured' | 'assumed';
}

/** Of byte-level BPE in English: a large vocabulary has the longest tokens, and so the fewest. */
const CHARACTERS_PER_TOKEN = { expected: 4, fewest: 2.5, most: 5 };

/** A worker's start, its reading and its writing. */
const OVERHEAD_SECONDS = 5;
/** How far off a pace usually is. */
const SPREAD = { measured: 1.5, assumed: 4 };
const JOBS_TO_LEARN_FROM = 20;

/** What a job would take, with all its inputs checked as if it were made. @throws {Problem} as `checkInputs` */
export async function estimateJob(context: Context, projectId: string, requested: JobSpec): Promise<Estimate> {
  const spec = await resolveSpec(context, projectId, requested);
  await checkInputs(context, projectId, spec);
  const tokensAndFlops = await rangesOf(context, projectId, spec);
  const { flopsPerSecond, basis } = await paceOf(context, spec.type);
  const { flops } = tokensAndFlops;
  const seconds = (needed: number, speed: number) => OVERHEAD_SECONDS + needed / speed;
  const durationSeconds = {
    expected: seconds(flops.expected, flopsPerSecond),
    low: seconds(flops.low, flopsPerSecond * SPREAD[basis]),
    high: seconds(flops.high, flopsPerSecond / SPREAD[basis]),
  };
  const { usdPerHour } = context.worker;
  const cost = (s: number) => costUsd(s * 1000, usdPerHour);
  return {
    ...tokensAndFlops,
    durationSeconds,
    costUsd: usdPerHour > 0 ? map(durationSeconds, cost) : null,
    basis,
  };
}

/** What is expected of a job's computing, for its row. */
export const expectedFlops = async (context: Context, projectId: string, spec: JobSpec): Promise<number> =>
  (await rangesOf(context, projectId, spec)).flops.expected;

const map = ({ expected, low, high }: Range, of: (value: number) => number): Range => ({
  expected: of(expected),
  low: of(low),
  high: of(high),
});

async function rangesOf(context: Context, projectId: string, spec: JobSpec): Promise<{ tokens: Range; flops: Range }> {
  const datasets = await findDatasets(context, projectId, spec);
  const models = await findModels(context, projectId, spec);
  const of = (charactersPerToken: number) =>
    workOf(spec, {
      dataset: (id) => tokensOf(datasets.get(id), charactersPerToken),
      model: (id) => sizeOfConfig(models.get(id)?.config ?? {}),
    });
  const [expected, low, high] = [
    of(CHARACTERS_PER_TOKEN.expected),
    of(CHARACTERS_PER_TOKEN.most),
    of(CHARACTERS_PER_TOKEN.fewest),
  ];
  const range = (name: keyof Work): Range => ({ expected: expected[name], low: low[name], high: high[name] });
  return { tokens: range('tokens'), flops: range('flops') };
}

/** From the report; of a dataset without one, such as a job's result, from its size, all of it as if it were one field. */
function tokensOf(dataset: DatasetRow | undefined, charactersPerToken: number) {
  const rows = dataset?.rows ?? 0;
  const report = dataset?.report as DatasetReport | null | undefined;
  if (!report) return { rows, tokens: { prompt: (dataset?.sizeBytes ?? 0) / Math.max(1, rows) / charactersPerToken } };
  const tokens = Object.entries(report.length_characters).map(([field, { mean }]) => [
    field,
    mean / charactersPerToken,
  ]);
  return { rows, tokens: Object.fromEntries(tokens) as Record<string, number> };
}

/** The middle one of the paces of the latest jobs of a type, or what is assumed of a worker. */
async function paceOf(
  { db, worker }: Context,
  type: JobType,
): Promise<{ flopsPerSecond: number; basis: Estimate['basis'] }> {
  const ended = await db
    .select({ flops: jobs.estimatedFlops, ms: jobs.workedMs })
    .from(jobs)
    .where(and(eq(jobs.type, type), eq(jobs.state, 'succeeded'), gt(jobs.workedMs, 0), gt(jobs.estimatedFlops, 0)))
    .orderBy(desc(jobs.id))
    .limit(JOBS_TO_LEARN_FROM);
  const paces = ended.map(({ flops, ms }) => ((flops ?? 0) / ms) * 1000).toSorted((a, b) => a - b);
  const middle = paces[Math.floor(paces.length / 2)];
  if (middle === undefined) return { flopsPerSecond: worker.flopsPerSecond, basis: 'assumed' };
  return { flopsPerSecond: middle, basis: 'measured' };
}
