import { type EvaluationReport, evaluationReport, Problem, renderedReports } from '@laurel/contracts';
import { ArtifactNotFound } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { getJob } from './get-job.ts';

/** What an evaluation found. @throws {Problem} 404; 409 for a job that has no report, or not yet */
export async function readReport(context: Context, projectId: string, id: string): Promise<EvaluationReport> {
  const bytes = await readArtifact(context, id, await reportKeyOf(context, projectId, id));
  const report = evaluationReport.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!report.success) throw outdated(id);
  return report.data;
}

/** The same, to be read by people. @throws {Problem} as `readReport` */
export async function readRenderedReport(
  context: Context,
  projectId: string,
  id: string,
  format: keyof typeof renderedReports,
): Promise<string> {
  const key = await reportKeyOf(context, projectId, id);
  const bytes = await readArtifact(context, id, key.replace(/[^/]+$/, renderedReports[format]));
  return Buffer.from(bytes).toString('utf8');
}

async function reportKeyOf(context: Context, projectId: string, id: string): Promise<string> {
  const job = await getJob(context, projectId, id);
  if (job.type !== 'evaluation')
    throw new Problem(409, 'no_report', `Job ${id} is no evaluation, so it has no report.`);
  if (!job.reportKey)
    throw new Problem(409, 'no_report', `Job ${id} is ${job.state}; its report comes when it succeeds.`);
  return job.reportKey;
}

async function readArtifact({ artifacts }: Context, id: string, key: string): Promise<Uint8Array> {
  try {
    return await artifacts.get(key);
  } catch (error) {
    if (error instanceof ArtifactNotFound) throw outdated(id);
    throw error;
  }
}

const outdated = (id: string) =>
  new Problem(
    409,
    'report_outdated',
    `The report of ${id} is of an older version of Laurel; run the evaluation again.`,
  );
