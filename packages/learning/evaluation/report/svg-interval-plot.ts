import type { Interval } from '@laurel/contracts';
import type { Plot } from './blocks.ts';
import { element, label, mark, svgRoot, widthOf } from './svg.ts';
import { type Axis, scaleOf } from './svg-axis.ts';

interface Row {
  label: string;
  value: number;
  interval?: Interval | undefined;
  /** To compare the value with. */
  baseline?: number | undefined;
}

/** A plot with a row for each thing measured: its value, its interval, and a baseline beside it. */
export interface IntervalPlot {
  title: string;
  alt: string;
  x: Axis;
  /** What the marks stand for: the value, and the baseline if rows have one. */
  names: readonly [value: string, baseline?: string];
  groups: readonly { title?: string; rows: readonly Row[] }[];
  /** A line through all rows. */
  reference: { label: string; at: number };
}

const WIDTH = 720;
const ROW = 24;
const TOP = 56;

export function intervalPlot({ title, alt, x, names, groups, reference }: IntervalPlot): Plot {
  const rows = groups.flatMap((group) => group.rows);
  const left = Math.min(300, 24 + Math.max(...rows.map((row) => widthOf(row.label))));
  const right = WIDTH - 24;
  const lines = groups.flatMap((group): (Row | string)[] => [...(group.title ? [group.title] : []), ...group.rows]);
  const bottom = TOP + lines.length * ROW;
  const scale = scaleOf(x, [
    reference.at,
    ...rows.flatMap(({ value, interval, baseline }) => [
      value,
      ...(interval ? [interval.low, interval.high] : []),
      ...(baseline === undefined ? [] : [baseline]),
    ]),
  ]);
  const place = (value: number) => left + scale.at(value) * (right - left);
  const content = [
    ...scale.ticks.flatMap((tick) => [
      element('line', { class: 'grid', x1: place(tick.value), x2: place(tick.value), y1: TOP - 6, y2: bottom }),
      label(tick.label, { class: 'tick middle', x: place(tick.value), y: bottom + 16 }),
    ]),
    element('line', { class: 'baseline', x1: place(reference.at), x2: place(reference.at), y1: TOP - 6, y2: bottom }),
    label(reference.label, { class: 'tick middle', x: place(reference.at), y: TOP - 12 }),
    ...lines.map((line, i) => drawLine(line, TOP + (i + 0.5) * ROW, left, place)),
    label(x.label, { class: 'middle', x: (left + right) / 2, y: bottom + 38 }),
  ];
  return {
    kind: 'plot',
    title,
    alt,
    svg: svgRoot(
      { title, alt, width: WIDTH, height: bottom + 50, left },
      names.filter((name) => name !== undefined),
      content,
    ),
  };
}

function drawLine(line: Row | string, y: number, left: number, place: (value: number) => number): string {
  if (typeof line === 'string') return label(line, { class: 'name', x: 0, y: y + 4 });
  const { value, interval, baseline } = line;
  return [
    label(shorten(line.label, left - 20), { class: 'tick end', x: left - 12, y: y + 4 }),
    interval ? errorBar(place(interval.low), place(interval.high), y) : '',
    baseline === undefined ? '' : mark(1, place(baseline), y),
    mark(0, place(value), y),
  ].join('');
}

const errorBar = (low: number, high: number, y: number) =>
  element('path', { class: 'error series-0', d: `M${low.toFixed(1)} ${y}H${high.toFixed(1)}` });

/** The whole name is in the table. */
const shorten = (text: string, width: number) =>
  widthOf(text) <= width ? text : `${text.slice(0, Math.floor(width / widthOf('x')) - 1)}…`;
