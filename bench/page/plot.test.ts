import { expect, test } from 'vitest';
import { fakeResult } from '../testing/fake-result.ts';
import { ratioPlot } from './plot.ts';

test('a bar, a whisker and a goal for each work with a peer', () => {
  const alone = fakeResult({ work: 'ingest', goal: { rate: 100 } });
  const svg = ratioPlot([fakeResult(), fakeResult({ work: 'other' }), alone]);
  expect(svg.match(/class="bar"/g)).toHaveLength(2);
  expect(svg.match(/class="goal"/g)).toHaveLength(2);
  expect(svg).toContain('reward 7.0, other 7.0');
  expect(svg).not.toContain('ingest');
});
