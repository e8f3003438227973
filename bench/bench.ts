/**
 * `npm run bench [-- WORK …] [--rounds 5]`: has ours and the peers do the same work by turns, keeps what was measured in
 * `bench/results/`, and writes docs/benchmarks.md from all results there are; `-- --page` does only the last.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine } from './core/machine.ts';
import type { WorkResult } from './core/result.ts';
import { runWork } from './core/run-work.ts';
import type { Work } from './core/work.ts';
import { writePage } from './page/write-page.ts';
import { type Material, prepareMaterial, writeModels } from './prepare.ts';
import { WORKS } from './works/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, page: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const commit = describeCommit(); // before results change files
const known = WORKS.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`npm run bench [-- WORK …] [--rounds N] [--page]; works: ${known.join(', ')}`);
  process.exit(2);
}

// Contestants end with this process, and only `exit` tells them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  if (!values.page) await measureAll();
  writePage(known);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function measureAll(): Promise<void> {
  const material = prepareMaterial();
  for (const work of WORKS) {
    if (positionals.length === 0 || positionals.includes(work.name)) keep(await measure(work, material));
  }
}

async function measure(work: Work, material: Material): Promise<WorkResult> {
  console.log(`${work.name}: ${work.description}`);
  const folder = mkdtempSync(join(tmpdir(), 'laurel-bench-'));
  try {
    if (work.model) await writeModels(folder, work.model, material.tokenizer);
    await work.prepare(material, folder);
    const { name, description, unit, goal, settings } = work;
    const about = {
      work: name,
      description,
      unit,
      goal,
      measuredAt: new Date().toISOString(),
      commit,
    };
    const outcome = await runWork({ work, folder, log: (line) => console.log(line) }, rounds);
    return { ...about, machine: describeMachine(), settings, ...outcome };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function keep(result: WorkResult): void {
  const { work, contest, check, unit } = result;
  const file = fileURLToPath(new URL(`results/${work}.json`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  const { ratio, rate, opponent } = contest;
  if (ratio)
    console.log(`  ${ratio.median.toFixed(2)} times ${opponent} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`);
  else console.log(`  ${rate.median.toPrecision(4)} ${unit}/s`);
  for (const { ours, peer, largestDifference, tolerance } of check?.comparisons ?? [])
    console.log(
      `  ${check?.values}: ${ours} and ${peer} within ${largestDifference.toPrecision(2)} (allowed ${tolerance})`,
    );
  if (check && !check.agrees) console.log('  THE TWO SIDES DISAGREE');
}
