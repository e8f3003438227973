import { describe, expect, it } from 'vitest';
import { scaleOf } from './svg-axis.ts';
import { intervalPlot } from './svg-interval-plot.ts';
import { xyPlot } from './svg-plot.ts';

describe('scaleOf', () => {
  const labels = (...args: Parameters<typeof scaleOf>) => scaleOf(...args).ticks.map(({ label }) => label);

  it('has round numbers around the data', () => {
    expect(labels({ label: '' }, [0.13, 0.87])).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(labels({ label: '' }, [-3, 21])).toEqual(['−5', '0', '5', '10', '15', '20', '25']);
    expect(labels({ label: '', include: [0] }, [400])).toEqual(['0', '100', '200', '300', '400']);
  });

  it('puts values between its ends', () => {
    const scale = scaleOf({ label: '' }, [0, 10]);
    expect([0, 2.5, 10].map((value) => scale.at(value))).toEqual(
      [0, 0.25, 1].map((place) => expect.closeTo(place, 12)),
    );
  });

  it('has room for one value, and powers of two', () => {
    expect(labels({ label: '' }, [7]).length).toBeGreaterThan(1);
    const scale = scaleOf({ label: '', scale: 'log2' }, [1, 8, 12]);
    expect(scale.ticks.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16]);
    expect(scale.at(4)).toBe(0.5);
    expect(scaleOf({ label: '', scale: 'log2' }, [1]).at(1)).toBe(0);
  });
});

describe('xyPlot', () => {
  const plot = (points: { x: number; y: number; label?: string }[], names = ['only']) =>
    xyPlot({
      title: 'T',
      alt: 'seen <here>',
      x: { label: 'x (nats)', include: [0, 10] },
      y: { label: 'y', include: [0, 10] },
      series: names.map((name) => ({ name, points, isLine: true })),
      baselines: [{ label: 'reference', at: 5 }],
    }).svg;

  it('draws each point in its place', () => {
    expect(
      plot([
        { x: 0, y: 0 },
        { x: 10, y: 10 },
        { x: 5, y: 10 },
      ]),
    ).toContain('d="M76.0 324.0L700.0 44.0L388.0 44.0"');
  });

  it('has a name, the units, and its baseline', () => {
    const svg = plot([{ x: 1, y: 1 }]);
    expect(svg).toContain('role="img" aria-label="T. seen &#60;here&#62;"');
    for (const text of ['x (nats)', 'y', 'reference']) expect(svg).toContain(`>${text}</text>`);
  });

  it('keeps names apart, and within the picture', () => {
    const svg = plot([
      { x: 9.9, y: 5, label: 'one' },
      { x: 9.9, y: 5, label: 'two' },
    ]);
    const heights = [...svg.matchAll(/class="name end" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(2);
    expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeGreaterThanOrEqual(14);
  });

  it('names its series where there are several', () => {
    expect(plot([{ x: 1, y: 1 }])).not.toContain('only');
    expect(plot([{ x: 1, y: 1 }], ['one', 'two'])).toMatch(/>one<.*>two</);
  });
});

describe('intervalPlot', () => {
  it('has a row for each value, with its interval and its baseline', () => {
    const { svg } = intervalPlot({
      title: 'T',
      alt: 'A',
      x: { label: 'share' },
      names: ['value', 'baseline'],
      groups: [{ title: 'G', rows: [{ label: 'row', value: 0.5, interval: { low: 0.4, high: 0.6 }, baseline: 0.55 }] }],
      reference: { label: 'chance', at: 0.5 },
    });
    const [, low = 0, high = 0] = (/class="error series-0" d="M([\d.]+) [\d.]+H([\d.]+)"/.exec(svg) ?? []).map(Number);
    const [, value] = /class="mark series-0" cx="([\d.]+)" cy="92"/.exec(svg) ?? [];
    expect(Number(value)).toBeCloseTo((low + high) / 2, 0);
    expect(svg).toMatch(/>G<.*>row</);
    expect(svg).toContain('chance');
  });

  it('has room for the id of a policy, which a wide typeface sets in 7.6 pixels a letter', () => {
    const label = 'mv_01m894x2vn6wcnwsnm8s75rnhy';
    const { svg } = intervalPlot({
      title: 'T',
      alt: 'A',
      x: { label: 'share' },
      names: ['value'],
      groups: [{ rows: [{ label, value: 0.5 }] }],
      reference: { label: 'chance', at: 0.5 },
    });
    const [, end] = /class="tick end" x="([\d.]+)" y="[\d.]+">mv_01m894x2vn6wcnwsnm8s75rnhy</.exec(svg) ?? [];
    expect(Number(end)).toBeGreaterThanOrEqual(7.6 * label.length);
  });
});
