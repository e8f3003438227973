import { z } from 'zod';

const days = (least: number) => z.number().int().min(least).max(36_500).nullable().default(null);

/** After how many days what goes; null for never. */
export const retention = z.strictObject({
  /** Events, logs and curves of jobs, after their end; the jobs and their results stay. */
  job_logs_days: days(1),
  shadow_scores_days: days(1),
  /** Datasets that no job, pipeline, model version or later version of a dataset names, after they were ready. */
  unused_datasets_days: days(1),
  /** Whoever could shorten it further could hide what he did. */
  audit_days: days(90),
});
export type Retention = z.infer<typeof retention>;
