import { paragraph, type Section, type Table } from '../blocks.ts';
import { decimal } from '../numbers.ts';
import { nameOf, type ReportContext } from '../report-context.ts';

const EXAMPLES = 3;

/** The first prompts' summaries, to be read. */
export function examplesSection(context: ReportContext): Section {
  const { report, gold } = context;
  const prompts = report.policies[0]?.samples.slice(0, EXAMPLES).map(({ prompt }) => prompt) ?? [];
  const tables = prompts.map(
    (prompt): Table => ({
      kind: 'table',
      caption: `Row ${prompt + 1} of ${report.spec.dataset}`,
      columns: ['', 'predicted reward', ...(gold ? [gold.label] : []), 'summary'],
      rows: report.policies.flatMap(({ name, samples }) =>
        samples
          .filter((each) => each.prompt === prompt)
          .map(({ reward, text }) => [
            nameOf(context, name),
            decimal(reward),
            ...(gold ? [decimal(gold.scoreOf(prompt, text))] : []),
            text,
          ]),
      ),
      isProse: true,
    }),
  );
  const lead = paragraph('The first prompts of the dataset, not chosen by hand. References score 0 on average.');
  return { title: 'Examples', blocks: [lead, ...tables] };
}
