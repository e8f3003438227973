import type { ComparisonRow, DemonstrationRow, EvaluationReport, PolicyReport } from '@laurel/contracts';
import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../../random/random-generator.ts';
import { measureAgreement } from '../agreement/labeler-agreement.ts';
import { bestOfKlBound } from '../best-of-curve.ts';
import { measureCalibration } from '../calibration.ts';
import { measureRatings } from '../measure-ratings.ts';
import { measureAccuracy } from '../reward-model-accuracy.ts';
import { measureRougeJudgement } from '../rouge/rouge-judgement.ts';
import { estimateMean } from '../statistics/mean.ts';
import { shareOf } from '../statistics/share.ts';
import { winRatesAgainst } from '../win-rates.ts';
import { renderReport } from './render-report.ts';

const random = RandomGenerator.fromSeed(1);
const prompt = { head: '', post: 'p', tail: '' };
const rows = Array.from(
  { length: 24 },
  (_, i): ComparisonRow => ({
    group: `${Math.floor(i / 6)}`,
    prompt,
    chosen: i % 4 === 0 ? 'a cat' : 'the cat sat',
    rejected: i % 4 === 0 ? 'the cat sat' : 'a cat',
    worker: `worker ${i % 2}`,
    split: i % 3 === 0 ? '<script>alert(1)</script>' : 'valid|2',
  }),
);
const margins = rows.map((_, i) => (i % 5) - 1);
const references: DemonstrationRow[] = [0, 1, 2, 3].map((group) => ({
  group: `${group}`,
  prompt,
  completion: 'the cat sat down',
}));
const samplesOf = (reward: number) =>
  [0, 1].map((i) => ({ prompt: i, text: `text *${i}*`, reward: reward + i, log_ratio: null, tokens: 5 + i }));
const referenceSamples = samplesOf(0);

function policy(name: string, reward: number, kl: number | null, klError: number | null): PolicyReport {
  const samples = samplesOf(reward);
  return {
    name,
    mean_reward: reward + 0.5,
    reward_standard_error: 0.5,
    kl,
    kl_standard_error: klError,
    mean_tokens: 5.5,
    rouge: { rouge_1: 0.4, rouge_2: 0.2, rouge_l: 0.3 },
    against_reference:
      name === 'reference' ? null : winRatesAgainst(samples, referenceSamples, (sample) => sample.reward),
    samples,
  };
}

const POLICY = `mv_${'p'.padEnd(26, '0')}`;
const domain = {
  policies: [
    policy('reference', 0, null, null),
    policy('sft', 0.5, 0, 0),
    policy('best-of-2', 1, bestOfKlBound(2), null),
    policy(POLICY, 2, 4, 0.5),
  ],
  best_of: {
    curve: [1, 2].map((n) => ({ n, reward: estimateMean([n, n + 1]), kl_bound: bestOfKlBound(n) })),
    samples: [0, 0, 1, 1].map((i, k) => ({ prompt: i, text: `text ${k}`, reward: k, tokens: 5 })),
  },
};
const report: EvaluationReport = {
  spec: {
    type: 'evaluation',
    seed: 1,
    reward_model: 'mv_rm',
    reference_policy: 'mv_sft',
    policies: [POLICY],
    dataset: 'ds_held',
    transfer_dataset: 'ds_abstracts',
    best_of: 2,
    max_prompts: 2,
    temperature: 0.7,
    response_length: 48,
  },
  reward_model_accuracy: measureAccuracy(rows, margins, random),
  calibration: measureCalibration(margins, random),
  labeler_agreement: measureAgreement(rows, margins, random),
  rouge_judgement: measureRougeJudgement(rows, margins, references),
  ratings: measureRatings(
    [2, 5, 7].map((overall, i) => ({ group: `${i}`, prompt, completion: 'text', policy: 'sup|1', axes: { overall } })),
    [0, 1, 3],
    random,
  ),
  ...domain,
  sensitivity: [
    { edit: 'words_shuffled', original_preferred: shareOf([1, 1, 0]), reward_difference: estimateMean([1, 2]) },
  ],
  transfer: domain,
};
const gold = {
  label: 'gold score (at most 1)',
  scoreOf: (index: number, text: string) => (index + text.length) / 20,
  margins: margins.map((margin) => margin / 2),
};

const SECTIONS = [
  'Policies',
  'KL against reward',
  'Best-of-n',
  'Reward model: agreement with comparisons',
  'Reward model: calibration',
  'Reward model: sensitivity',
  'Labelers: agreement with and among them',
  'ROUGE as a judge',
  'Ratings by axis',
  'Transfer to a second domain',
  'Examples',
  'Settings',
];

describe('renderReport', () => {
  it('has all sections and all numbers in both forms', () => {
    const { html, markdown } = renderReport(report);
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
    expect([...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual(SECTIONS);
    const inHtml = [...html.matchAll(/<t[dh](?: scope="\w+")?>(.*?)<\/t[dh]>/g)];
    const inMarkdown = markdown
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
      .flatMap((line) => line.split(/(?<!\\)\|/).slice(1, -1));
    expect(inMarkdown.length).toBeGreaterThan(200);
    expect(inMarkdown).toHaveLength(inHtml.length);
  });

  it('leaves out what was not measured', () => {
    const without = {
      reward_model_accuracy: null,
      calibration: null,
      labeler_agreement: null,
      rouge_judgement: null,
      ratings: null,
    };
    const { markdown } = renderReport({ ...report, ...without, transfer: null });
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      ...SECTIONS.slice(0, 3),
      'Reward model: sensitivity',
      ...SECTIONS.slice(-2),
    ]);
  });

  it('needs nothing from elsewhere, runs nothing, and takes no name for markup', () => {
    const { html, markdown } = renderReport(report, { gold });
    expect(html).not.toMatch(/<script|https?:|url\(|<link|<img|@import/);
    expect(html).toContain('&#60;script&#62;');
    expect(markdown).not.toContain('<script');
    expect(markdown).toContain('valid\\|2');
    expect(markdown).toContain('text \\*0\\*');
  });

  it('has a table and a name for every plot', () => {
    const { html } = renderReport(report, { gold });
    const withPlots = html.split('<section').filter((section) => section.includes('<figure>'));
    for (const section of withPlots) expect(section).toContain('<caption>');
    const pictures = [...html.matchAll(/<svg [^>]*>/g)].map(([tag]) => tag);
    expect(pictures.length).toBeGreaterThan(8);
    for (const tag of pictures) expect(tag).toMatch(/role="img" aria-label="[^"]{20,}"/);
    expect(html).not.toContain('NaN');
  });

  it('has gold beside predicted reward where there is a gold judge, and names that people know', () => {
    const plain = renderReport(report).markdown;
    const { markdown } = renderReport(report, { gold, names: { [POLICY]: 'PPO, step 5' } });
    expect(plain).not.toContain('gold');
    expect(markdown).toContain('Gold score (at most 1) over KL');
    expect(markdown).toContain('gold judge, the best possible');
    // text *0* and text *1* have 8 letters: (8 + 0.5) / 20, ± half of 1/20
    expect(markdown).toContain('| PPO, step 5 | 2.50 ± 0.50 | 0.425 ± 0.025 | 4.00 ± 0.50 |');
    // the best of both samples, texts of 6 letters
    expect(markdown).toMatch(/\| 2 \| 0\.19 \| 2\.50 ± 0\.50 \| 0\.50 \| 0\.325 ± 0\.025 \| 0\.425 \|/);
  });

  it('is the same for the same report', () => {
    expect(renderReport(report, { gold })).toEqual(renderReport(structuredClone(report), { gold }));
  });
});
