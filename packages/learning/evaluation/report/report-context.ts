import type { EvaluationReport } from '@laurel/contracts';

/** A judge that knows the truth, where there is one, as on generated data. */
export interface Gold {
  /** With its unit or range, such as `gold score (at most 1)`. */
  label: string;
  /** What a summary of the evaluation's prompt is worth. */
  scoreOf(prompt: number, text: string): number;
  /** Of each comparison, in the dataset's order: gold(chosen) − gold(rejected). */
  margins?: readonly number[];
}

/** What each section is written from. */
export interface ReportContext {
  report: EvaluationReport;
  gold?: Gold | undefined;
  /** What policies are called, by their model versions; the version itself if left out. */
  names?: Readonly<Record<string, string>> | undefined;
}

export const nameOf = ({ names = {} }: Pick<ReportContext, 'names'>, policy: string): string => names[policy] ?? policy;
