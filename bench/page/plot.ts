import { element, label, widthOf } from '../../packages/learning/evaluation/report/svg.ts';
import type { WorkResult } from '../core/result.ts';
import { contestOf } from './contest-of.ts';

const WIDTH = 760;
const ROW = 34;
const TOP = 34;
const RIGHT = 70;

/** A bar for each work that has a peer: its median ratio, a whisker from the lowest to the highest, and a mark at its goal. */
export function ratioPlot(results: readonly WorkResult[]): string {
  const contests = results.flatMap((result) => contestOf(result) ?? []);
  const left = 24 + Math.max(0, ...contests.map(({ work }) => widthOf(work)));
  const most = Math.max(1, ...contests.flatMap(({ ratio, goal }) => [ratio.max, goal.ratio]));
  const place = (ratio: number) => left + (ratio / most) * (WIDTH - left - RIGHT);
  const height = TOP + contests.length * ROW + 30;
  const bars = contests.map(({ work, ratio, goal }, i) => {
    const y = TOP + i * ROW;
    const middle = y + ROW / 2;
    return [
      label(work, { x: left - 10, y: middle + 5, 'text-anchor': 'end' }),
      element('rect', { class: 'bar', x: left, y: y + 7, width: place(ratio.median) - left, height: ROW - 14 }),
      element('path', {
        class: 'whisker',
        d: `M${place(ratio.min).toFixed(1)} ${middle}H${place(ratio.max).toFixed(1)}`,
      }),
      element('line', { class: 'goal', x1: place(goal.ratio), x2: place(goal.ratio), y1: y + 2, y2: y + ROW - 2 }),
      label(`${ratio.median.toFixed(1)}×`, { x: Math.max(place(ratio.max), place(goal.ratio)) + 8, y: middle + 5 }),
    ].join('');
  });
  const title = 'Rate of Laurel to that of the peer’s best mode';
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      'font-family': 'system-ui, sans-serif',
      'font-size': '14',
      role: 'img',
      'aria-label': `${title}: ${contests.map(({ work, ratio }) => `${work} ${ratio.median.toFixed(1)}`).join(', ')}`,
    },
    element('style', {}, STYLE),
    element('rect', { width: WIDTH, height, fill: '#ffffff' }),
    label(title, { x: left, y: 20 }),
    ...bars,
    element('line', { class: 'equal', x1: place(1), x2: place(1), y1: TOP, y2: height - 24 }),
    label('1×: as fast', { class: 'small', x: place(1) + 4, y: height - 10 }),
    label('green: the goal', { class: 'small', x: WIDTH - RIGHT, y: height - 10, 'text-anchor': 'end' }),
  );
}

const STYLE =
  'text{fill:#16241d}.small{font-size:12px;fill:#66736c}.bar{fill:#9db8d9}.whisker{stroke:#34568b;stroke-width:2}' +
  '.goal{stroke:#2f6b4f;stroke-width:3}.equal{stroke:#3d4b45;stroke-dasharray:4 3}';
