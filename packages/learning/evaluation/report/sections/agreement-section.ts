import type { LabelerAgreement } from '@laurel/contracts';
import { type Block, paragraph, type Section, table } from '../blocks.ts';
import { count, decimal, decimalInterval, NONE, percent, percentInterval } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';

/** How well labelers agree, which is what a reward model can at best be measured by. */
export function agreementSection({ report: { labeler_agreement: found } }: ReportContext): Section[] {
  if (!found) return [];
  const blocks: Block[] = [amongLabelers(found)];
  if (found.raw) blocks.push(agreementTable(found));
  if (found.pairs.length > 0) blocks.push(pairsTable(found));
  if (found.reward_model.length > 0) blocks.push(labelersTable(found));
  return [{ title: 'Labelers: agreement with and among them', blocks }];
}

const amongLabelers = ({ judged_together }: LabelerAgreement) =>
  judged_together > 0
    ? paragraph(
        `${count(judged_together)} comparisons were judged by more than one labeler. Between two choices a coin agrees half the time,`,
        'where Cohen’s κ and Krippendorff’s α are 0.',
      )
    : paragraph('No comparison was judged by more than one labeler, so agreement among them cannot be told.');

function agreementTable({ raw, krippendorff_alpha: alpha, mode_of_three: mode }: LabelerAgreement) {
  const share = (name: string, of: NonNullable<LabelerAgreement['raw']>, chance = percent(0.5)) => [
    name,
    percent(of.value),
    percentInterval(of.interval),
    count(of.n),
    chance,
  ];
  const rows = [
    ...(raw ? [share('two labelers agree', raw)] : []),
    ...(alpha ? [['Krippendorff’s α, nominal', decimal(alpha.value), decimalInterval(alpha.interval), NONE, '0']] : []),
    ...(mode ? [share('reward model with the mode of three or more', mode.reward_model)] : []),
    ...(mode ? [share('longer wins with the mode of three or more', mode.longer_wins)] : []),
    ...(mode?.labeler ? [share('a labeler with the mode of three or more others', mode.labeler)] : []),
  ];
  return table('Agreement', ['', 'value', '95 % interval', 'n', 'by chance'], rows);
}

const pairsTable = ({ pairs }: LabelerAgreement) =>
  table(
    'Pairs of labelers with at least 10 comparisons in common',
    ['', 'in common', 'agreement', '95 % interval', 'Cohen’s κ (chance 0)'],
    pairs.map(({ labelers, agreement, cohens_kappa }) => [
      labelers.join(' and '),
      count(agreement.n),
      percent(agreement.value),
      percentInterval(agreement.interval),
      cohens_kappa === null ? NONE : decimal(cohens_kappa),
    ]),
  );

const labelersTable = ({ reward_model }: LabelerAgreement) =>
  table(
    'The reward model and each labeler',
    ['', 'comparisons', 'agreement', '95 % interval', 'longer wins'],
    reward_model.map(({ labeler, agreement, longer_wins_accuracy }) => [
      labeler,
      count(agreement.n),
      percent(agreement.value),
      percentInterval(agreement.interval),
      percent(longer_wins_accuracy),
    ]),
  );
