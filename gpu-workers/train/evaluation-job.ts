import { type Completion, renderedReports, type SpecOf } from '@laurel/contracts';
import { evaluate, type JobInputs, renderReport } from '@laurel/learning';
import { type Job, stopIfTold } from './job.ts';

/**
 * Evaluates and writes the report to `<prefix>/report.json`, with the same as an HTML page and as Markdown beside it. An
 * evaluation that is stopped begins again.
 */
export async function evaluationJob(
  job: Omit<Job, 'importing' | 'checkpointEveryMs'>,
  spec: SpecOf<'evaluation'>,
  inputs: JobInputs,
): Promise<Completion> {
  const { claim, store, engine, reporter } = job;
  reporter.event('stage', { stage: 'evaluating' });
  reporter.event('settings', { ...spec, engine: engine.grade, precision: engine.precision, attempt: claim.attempt });
  const report = await evaluate(engine.kernels, spec, inputs, (step, totalSteps) => {
    reporter.progress('evaluating', step, totalSteps);
    stopIfTold(job);
  });
  const put = (name: string, text: string) =>
    store.put(`${claim.artifact_prefix}/${name}`, new TextEncoder().encode(text));
  const { html, markdown } = renderReport(report);
  await put(renderedReports.html, html);
  await put(renderedReports.markdown, markdown);
  await put('report.json', JSON.stringify(report));
  const accuracy = report.reward_model_accuracy?.accuracy;
  return {
    result: { type: 'report', key: `${claim.artifact_prefix}/report.json` },
    metrics: accuracy === undefined ? {} : { accuracy },
  };
}
