import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { WorkResult } from '../core/result.ts';
import { benchmarkPage } from './markdown.ts';
import { ratioPlot } from './plot.ts';

const results = new URL('../results/', import.meta.url);
const docs = new URL('../../docs/', import.meta.url);

/** Writes docs/benchmarks.md and its plot from all results there are, in the order of these names. */
export function writePage(order: readonly string[]): void {
  const measured = readdirSync(results)
    .map((file) => JSON.parse(readFileSync(new URL(file, results), 'utf8')) as WorkResult)
    .toSorted((a, b) => order.indexOf(a.work) - order.indexOf(b.work));
  writeFileSync(new URL('benchmarks.md', docs), benchmarkPage(measured));
  writeFileSync(new URL('benchmarks.svg', docs), `${ratioPlot(measured)}\n`);
}
