import type { EvaluationReport } from '@laurel/contracts';
import type { ReportDocument } from './blocks.ts';
import type { Gold, ReportContext } from './report-context.ts';
import { accuracySection } from './sections/accuracy-section.ts';
import { agreementSection } from './sections/agreement-section.ts';
import { bestOfSection } from './sections/best-of-section.ts';
import { calibrationSection } from './sections/calibration-section.ts';
import { examplesSection } from './sections/examples-section.ts';
import { klSection } from './sections/kl-section.ts';
import { policiesSection, transferSection } from './sections/policies-section.ts';
import { ratingsSection } from './sections/ratings-section.ts';
import { rougeSection } from './sections/rouge-section.ts';
import { sensitivitySection } from './sections/sensitivity-section.ts';
import { settingsSection } from './sections/settings-section.ts';
import { toHtml } from './to-html.ts';
import { toMarkdown } from './to-markdown.ts';

/**
 * What an evaluation found, to be read: one HTML page with plots that needs nothing else, and the same as Markdown. The
 * same report gives the same bytes.
 *
 * @param options.gold a judge that knows the truth, whose scores then stand beside predicted reward
 * @param options.names what policies are called, by their model versions
 */
export function renderReport(
  report: EvaluationReport,
  options: { gold?: Gold; names?: Readonly<Record<string, string>> } = {},
): { html: string; markdown: string } {
  const document = toDocument({ report, ...options });
  return { html: toHtml(document), markdown: toMarkdown(document) };
}

function toDocument(context: ReportContext): ReportDocument {
  const { reward_model, reference_policy, dataset } = context.report.spec;
  return {
    title: 'Evaluation report',
    lead: `Reward model ${reward_model}, SFT policy ${reference_policy}, held-out prompts ${dataset}.`,
    sections: [
      policiesSection(context),
      klSection(context),
      bestOfSection(context),
      ...accuracySection(context),
      ...calibrationSection(context),
      ...sensitivitySection(context),
      ...agreementSection(context),
      ...rougeSection(context),
      ...ratingsSection(context),
      ...transferSection(context),
      examplesSection(context),
      settingsSection(context),
    ],
  };
}
