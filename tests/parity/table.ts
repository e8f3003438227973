/**
 * `npm run parity` prints how far every quantity is from PyTorch's, by family and engine, and fails beyond a tolerance.
 * `-- --live` has PyTorch compute everything anew and load what Laurel writes; `-- --record` keeps what it computed.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { type Comparison, isWithin } from './comparison.ts';
import { ENGINES, type EngineName, loadKernels } from './engines.ts';
import { checkLive } from './live.ts';
import { STUDIES } from './studies.ts';

const { values: options } = parseArgs({
  options: { live: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
});

tf.enableProdMode(); // no advice about faster backends: the slow one is compared too

/** The furthest of a quantity's parts in each engine. */
interface Row {
  quantity: string;
  family: string;
  tolerance: number;
  furthest: Partial<Record<EngineName, Comparison>>;
}

if (options.record) await checkLive({ record: true });
const rows = await compareEverything();
printTable(rows);
const failures = rows.flatMap(({ quantity, family, furthest }) =>
  Object.entries(furthest)
    .filter(([, comparison]) => !isWithin(comparison))
    .map(([engine, { part, difference }]) => `${quantity} ${part}, ${family}, ${engine}: ${format(difference)}`),
);
console.log(failures.length === 0 ? `all ${rows.length} rows within tolerance` : `too far:\n${failures.join('\n')}`);
const liveFailures = options.live && !options.record ? await checkLive({ record: false }) : 0;
process.exitCode = failures.length + liveFailures === 0 ? 0 : 1;

async function compareEverything(): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const engine of ENGINES) {
    const kernels = await loadKernels(engine);
    for (const { family, compare } of STUDIES) {
      for (const comparison of compare(kernels)) {
        const { quantity, tolerance } = comparison;
        const key = `${quantity} ${family}`;
        const row = rows.get(key) ?? { quantity, family, tolerance, furthest: {} };
        rows.set(key, row);
        const before = row.furthest[engine];
        if (!before || comparison.difference > before.difference) row.furthest[engine] = comparison;
      }
    }
  }
  const quantities = [...new Set([...rows.values()].map(({ quantity }) => quantity))];
  return quantities.flatMap((quantity) => [...rows.values()].filter((row) => row.quantity === quantity));
}

function printTable(rows: readonly Row[]): void {
  const lines = rows.map(({ quantity, family, tolerance, furthest }) => [
    quantity,
    family,
    ...ENGINES.map((engine) => format(furthest[engine]?.difference ?? Number.NaN)),
    format(tolerance),
  ]);
  const table = [['quantity', 'family', ...ENGINES, 'tolerance'], ...lines];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    console.log(`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  table.forEach((line, i) => {
    print(line);
    if (i === 0) print(widths.map((width) => '-'.repeat(width)));
  });
}

function format(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}
