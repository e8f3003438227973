import { type EvaluationReport, evaluationReport, Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { getJob } from './get-job.ts';

/** What an evaluation found. @throws {Problem} 404; 409 for a job that has no report, or not yet */
export async function readReport(context: Context, projectId: string, id: string): Promise<EvaluationReport> {
  const job = await getJob(context, projectId, id);
  if (job.type !== 'evaluation')
    throw new Problem(409, 'no_report', `Job ${id} is no evaluation, so it has no report.`);
  if (!job.reportKey)
    throw new Problem(409, 'no_report', `Job ${id} is ${job.state}; its report comes when it succeeds.`);
  const bytes = await context.artifacts.get(job.reportKey);
  return evaluationReport.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}
