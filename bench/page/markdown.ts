import type { Round } from '../core/protocol.ts';
import type { Machine, Ran, WorkResult } from '../core/result.ts';
import { rateOf, spread } from '../core/statistics.ts';
import { opponentOf, ourMode } from './contest-of.ts';

/** docs/benchmarks.md: everything in it but its fixed sentences comes from the results. */
export function benchmarkPage(results: readonly WorkResult[]): string {
  return `${[
    '# Benchmarks',
    '`npm run bench` writes this page from `bench/results/*.json`; do not edit it.',
    INTRODUCTION,
    '![Ratios to the peers’ best modes](benchmarks.svg)',
    '## Against the peers',
    table(
      ['work', 'Laurel', 'the peer’s best mode', 'ratio: median (lowest to highest)', 'goal'],
      results.map(ratioRow),
    ),
    results.map(({ work, description }) => `- \`${work}\`: ${description}.`).join('\n'),
    '## Memory, tokens, arithmetic',
    MEASURES,
    table(
      ['work', 'peak memory: Laurel, peer', 'tokens a unit: Laurel, peer', 'GFLOP/s', 'of the matmul peak'],
      results.map(measuresRow),
    ),
    '## Both computed the same',
    CHECK,
    table(['work', 'compared', 'precision', 'values', 'largest difference', 'allowed'], results.flatMap(checkRows)),
    '## Every mode',
    'Rates of round 0, which decides what the contest is between.',
    table(['work', 'mode', 'rate', 'versions'], results.flatMap(modeRows)),
    '## Where',
    [...new Set(results.map(machineLine))].map((line) => `- ${line}`).join('\n'),
    RUNNING,
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `Laurel and the usual Python tools do the same work on the same machine: the same real texts, the same random weights, the same rows
in the same order, the same batch sizes and learning rates. Each is a process of its own, and stands still (\`SIGSTOP\`) while it is not its
turn. In round 0 every mode of both sides is tried; the fastest of each then take turns. A ratio is that of two rounds side by side.
[Where the time goes, and what bounds it](speed.md) says why some goals were not reached.`;

const MEASURES = `Peak memory is the process's high-water mark. Tokens are those computed, padding included. A training step's arithmetic is what
it needs: 6 × parameters in the blocks' matrices × tokens + 12 × layers × width × keys that these tokens see; of the last block, rows that the loss does not read
count for their keys and values alone, and nothing counts twice. The peak is that of the faster of two bfloat16 products of the engine ([2048, 768] × [768, 3072]
and [2048, 2048] × [2048, 2048]), measured after every round.
The goals: 80% of the peak in a 12 × 768 reward step, and no more memory than the peer.`;

const CHECK = `Values of the same rounds side by side. With float32 on both sides only the order of additions differs; bfloat16 rounds each operand to 8 bits,
and steps of training carry that on.`;

const RUNNING = `## Running it

\`\`\`sh
npm run bench                                        # everything; needs ../shared/data, or LAUREL_BENCH_DATA naming such a folder
npm run bench -- reward-model-6x256 --rounds 3       # some of it
npm run bench -- --page                              # only writes this page anew
\`\`\`

The peers' Python packages, pinned in \`bench/peers/requirements.txt\`, are installed into \`~/.cache/laurel\` when they are first needed. Nothing else should
run on the machine meanwhile. It is not part of \`npm test\`.`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ratioRow(result: WorkResult): string[] {
  const { work, unit, contest, goal, check } = result;
  const { ratio, rate } = contest;
  const opponent = opponentOf(result);
  const times = ratio && `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`;
  const lowest = 'lowest' in goal ? `, not under ${goal.lowest}` : '';
  return [
    work,
    `${number(rate.median)} ${unit}/s`,
    opponent ? `${opponent.mode}: ${number(medianRate(opponent))} ${unit}/s` : '',
    `${times ?? ''}${check && !check.agrees ? ' (values disagree)' : ''}`,
    'ratio' in goal ? `≥ ${goal.ratio}${lowest}` : `≥ ${goal.rate} ${unit}/s`,
  ];
}

function measuresRow(result: WorkResult): string[] {
  const [ours, opponent] = [ourMode(result), opponentOf(result)];
  const both = (write: (mode: Ran) => string) => [ours, ...(opponent ? [opponent] : [])].map(write).join(', ');
  const figure = (mode: Ran, name: string) => {
    const values = contestRounds(mode).flatMap(({ figures }) => figures?.[name] ?? []);
    return values.length > 0 ? spread(values).median : undefined;
  };
  const tokens = (mode: Ran) => figure(mode, 'tokensPerUnit')?.toFixed(0) ?? '–';
  const [gflops, share] = [figure(ours, 'gflops'), figure(ours, 'shareOfPeak')];
  return [
    result.work,
    both((mode) => `${(Math.max(...mode.rounds.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 30).toFixed(2)} GiB`),
    both(tokens),
    gflops?.toFixed(0) ?? '–',
    share === undefined ? '–' : `${(100 * share).toFixed(0)}%`,
  ];
}

const checkRows = ({ work, check }: WorkResult): string[][] =>
  (check?.comparisons ?? []).map(({ ours, peer, precision, values, largestDifference, tolerance }) => [
    work,
    `${ours} and ${peer}`,
    precision,
    `${values} (${check?.values})`,
    // A NaN is null in JSON.
    largestDifference === null ? 'not comparable' : largestDifference.toExponential(1),
    `${tolerance}`,
  ]);

const modeRows = ({ work, unit, ours, peers }: WorkResult): string[][] =>
  [...ours, ...peers].map((mode) => [
    work,
    mode.mode,
    'failure' in mode
      ? `does not run here: ${mode.failure.split('\n').at(-1)}`
      : `${number(rateOf(mode.rounds[0] as Round))} ${unit}/s`,
    'failure' in mode
      ? ''
      : Object.entries(mode.versions)
          .map((each) => each.join(' '))
          .join(', '),
  ]);

/** Those after round 0. */
const contestRounds = ({ rounds }: Ran) => rounds.slice(1);
const medianRate = (mode: Ran) => spread(contestRounds(mode).map(rateOf)).median;

function machineLine({ machine, measuredAt, commit }: WorkResult): string {
  return `${describeMachine(machine)}; ${measuredAt.slice(0, 10)}, commit ${commit}`;
}

const describeMachine = ({ processor, cores, memoryBytes, system }: Machine) =>
  `${processor}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${system}`;

const number = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');
