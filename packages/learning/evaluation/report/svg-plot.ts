import type { Plot } from './blocks.ts';
import { element, label, mark, svgRoot, widthOf } from './svg.ts';
import { type Axis, type Scale, scaleOf } from './svg-axis.ts';

interface Point {
  x: number;
  y: number;
  /** Ends of the error bar. */
  interval?: { low: number; high: number };
  label?: string;
}

interface Series {
  name: string;
  points: readonly Point[];
  /** Whether its points are joined, in their order. */
  isLine: boolean;
}

/** A plot of values over values: lines, points or both, with error bars. */
export interface XyPlot {
  title: string;
  alt: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
  /** Dashed lines to compare with: at a height, or where both values are the same. */
  baselines?: readonly { label: string; at: number | 'diagonal' }[];
}

const SIZE = { width: 720, height: 380 };
const AREA = { left: 76, right: 700, top: 44, bottom: 324 };

export function xyPlot({ title, alt, series, baselines = [], ...axes }: XyPlot): Plot {
  const points = series.flatMap((each) => each.points);
  const heights = baselines.flatMap(({ at }) => (at === 'diagonal' ? [] : [at]));
  const xScale = scaleOf(
    axes.x,
    points.map(({ x }) => x),
  );
  const yScale = scaleOf(axes.y, [
    ...points.flatMap(({ y, interval }) => (interval ? [y, interval.low, interval.high] : [y])),
    ...heights,
  ]);
  const place: Place = {
    x: (value) => AREA.left + xScale.at(value) * (AREA.right - AREA.left),
    y: (value) => AREA.bottom - yScale.at(value) * (AREA.bottom - AREA.top),
  };
  const names = series.map(({ name }) => name);
  const content = [
    ...drawAxes(xScale, yScale, axes, place),
    ...baselines.map((baseline) => drawBaseline(baseline, xScale, place)),
    ...series.map((each, i) => drawSeries(each, i, place)),
    ...drawLabels(points, place),
  ];
  return { kind: 'plot', title, alt, svg: svgRoot({ title, alt, ...SIZE, left: AREA.left }, names, content) };
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function drawAxes(xScale: Scale, yScale: Scale, axes: { x: Axis; y: Axis }, place: Place): string[] {
  const { left, right, top, bottom } = AREA;
  return [
    ...yScale.ticks.flatMap((tick) => {
      const y = place.y(tick.value);
      return [
        element('line', { class: 'grid', x1: left, x2: right, y1: y, y2: y }),
        label(tick.label, { class: 'tick end', x: left - 8, y: y + 4 }),
      ];
    }),
    ...xScale.ticks.map((tick) => label(tick.label, { class: 'tick middle', x: place.x(tick.value), y: bottom + 18 })),
    element('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    label(axes.x.label, { class: 'middle', x: (left + right) / 2, y: bottom + 42 }),
    label(axes.y.label, { class: 'middle', transform: `translate(16 ${(top + bottom) / 2}) rotate(-90)` }),
  ];
}

function drawBaseline({ label: name, at }: { label: string; at: number | 'diagonal' }, xScale: Scale, place: Place) {
  const [first, last] = [xScale.ticks[0]?.value ?? 0, xScale.ticks.at(-1)?.value ?? 1];
  const heightAt = (x: number) => place.y(at === 'diagonal' ? x : at);
  const line = { class: 'baseline', x1: place.x(first), x2: place.x(last), y1: heightAt(first), y2: heightAt(last) };
  const isDiagonal = at === 'diagonal';
  const [x, y] = isDiagonal ? [place.x(first) + 12, AREA.top + 4] : [AREA.right, heightAt(last) - 6];
  const legendLine = isDiagonal ? element('line', { class: 'baseline', x1: x, x2: x + 24, y1: y - 4, y2: y - 4 }) : '';
  const text = label(name, { class: isDiagonal ? 'tick' : 'tick end', x: isDiagonal ? x + 30 : x, y });
  return element('line', line) + legendLine + text;
}

function drawSeries({ points, isLine }: Series, index: number, place: Place): string {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`);
  const bars = points.flatMap(({ x, interval }) => {
    if (!interval) return [];
    const [at, low, high] = [place.x(x), place.y(interval.low), place.y(interval.high)];
    return [
      element('path', {
        class: `error series-${index}`,
        d: `M${at} ${low}V${high}M${at - 4} ${low}h8M${at - 4} ${high}h8`,
      }),
    ];
  });
  return [
    isLine && points.length > 1 ? element('path', { class: `line series-${index}`, d: path.join('') }) : '',
    ...bars,
    ...points.map(({ x, y }) => mark(index, place.x(x), place.y(y))),
  ].join('');
}

const LINE_HEIGHT = 14;

/** Names beside their points, on the side with room, each moved down until it covers no other. */
function drawLabels(points: readonly Point[], place: Place): string[] {
  const taken: { left: number; right: number; y: number }[] = [];
  return points
    .filter((point): point is Point & { label: string } => point.label !== undefined)
    .toSorted((a, b) => place.y(a.y) - place.y(b.y))
    .map((point) => {
      const width = widthOf(point.label);
      const isLeft = place.x(point.x) + 12 + width > AREA.right;
      const left = isLeft ? place.x(point.x) - 10 - width : place.x(point.x) + 10;
      let y = place.y(point.y) - 6;
      const covers = () =>
        taken.some((other) => Math.abs(other.y - y) < LINE_HEIGHT && left < other.right && other.left < left + width);
      while (covers()) y += LINE_HEIGHT;
      taken.push({ left, right: left + width, y });
      return label(point.label, { class: isLeft ? 'name end' : 'name', x: isLeft ? left + width : left, y });
    });
}
