import type { Completion, SpecOf } from '@laurel/contracts';
import { evaluate, type JobInputs } from '@laurel/learning';
import { type Job, stopIfTold } from './job.ts';

/** Evaluates and writes the report to `<prefix>/report.json`. An evaluation that is stopped begins again. */
export async function evaluationJob(job: Job, spec: SpecOf<'evaluation'>, inputs: JobInputs): Promise<Completion> {
  const { claim, store, engine, reporter } = job;
  reporter.event('stage', { stage: 'evaluating' });
  reporter.event('settings', { ...spec, engine: engine.grade, precision: engine.precision, attempt: claim.attempt });
  const report = await evaluate(engine.kernels, spec, inputs, (step, totalSteps) => {
    reporter.progress('evaluating', step, totalSteps);
    stopIfTold(job);
  });
  const reportKey = `${claim.artifact_prefix}/report.json`;
  await store.put(reportKey, new TextEncoder().encode(JSON.stringify(report)));
  const accuracy = report.reward_model_accuracy?.accuracy;
  return { model: null, report_key: reportKey, metrics: accuracy === undefined ? {} : { accuracy } };
}
