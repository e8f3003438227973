import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Files, readSafetensors } from '@laurel/learning';
import { compareAll, isWithin } from './comparison.ts';
import { hashes, writeExports } from './exports.ts';
import { FIXTURES } from './fixtures.ts';
import { compareRealTexts } from './real-texts.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const fixtures = fileURLToPath(FIXTURES);
const environment = join(here, '../../.laurel/parity-venv');
const python = join(environment, 'bin/python');

/** Another machine's PyTorch adds up in another order. */
const TOLERANCE = 1e-5;

/**
 * Has PyTorch compute the fixtures anew, compares them with those recorded, has transformers load what Laurel writes, and
 * compares tokenizers on real texts where there are any. Returns how many things were wrong.
 * @param record keeps what was computed in place of comparing it
 */
export async function checkLive({ record }: { record: boolean }): Promise<number> {
  installPython();
  const folder = mkdtempSync(join(tmpdir(), 'laurel-parity-'));
  try {
    console.log('\nPyTorch computes the fixtures');
    const computed = join(folder, 'fixtures');
    run('make-fixtures.py', computed);
    if (record) keep(computed);
    const changed = record ? [] : changedFixtures(computed);
    for (const difference of changed) console.log(`  ${difference}`);
    if (!record)
      console.log(`  ${changed.length} of ${readdirSync(computed, { recursive: true }).length} files differ`);

    console.log('\ntransformers loads what Laurel writes');
    const exported = writeExports();
    writeFiles(join(folder, 'exports'), exported);
    run('check-exports.py', join(folder, 'exports'), fixtures);
    const recorded = join(fixtures, 'exports.json');
    if (record) writeFileSync(recorded, `${JSON.stringify(hashes(exported), null, 1)}\n`);

    console.log('\ntokenizers on real texts');
    const wrong = compareRealTexts(folder, (texts, ids) =>
      run('encode-texts.py', join(fixtures, 'tokenizers'), texts, ids),
    );
    if (wrong === null) console.log('  skipped: ../shared/data is not here');
    return changed.length + (wrong ?? 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function installPython(): void {
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
  console.log('Python packages (PyTorch is large: minutes at first)');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')], { stdio: 'inherit' });
}

function run(script: string, ...folders: string[]): void {
  const env = { ...process.env, TRANSFORMERS_VERBOSITY: 'error' };
  execFileSync(python, [join(here, script), ...folders], { stdio: 'inherit', env });
}

function keep(computed: string): void {
  for (const name of readdirSync(computed)) {
    rmSync(join(fixtures, name), { recursive: true, force: true });
    cpSync(join(computed, name), join(fixtures, name), { recursive: true });
  }
}

function writeFiles(folder: string, files: Files): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** Each file that is not what is recorded: numbers within rounding, all else to the byte. */
function changedFixtures(computed: string): string[] {
  const names = readdirSync(computed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(computed.length + 1));
  return names.flatMap((name) => {
    if (!existsSync(join(fixtures, name))) return [`${name} is not recorded`];
    const [now, before] = [readFileSync(join(computed, name)), readFileSync(join(fixtures, name))];
    if (now.equals(before)) return [];
    if (name.endsWith('.json'))
      return isNear(JSON.parse(now.toString()), JSON.parse(before.toString())) ? [] : [`${name} differs`];
    if (!name.endsWith('.safetensors')) return [`${name} differs`];
    const far = compareAll(name, readSafetensors(now), readSafetensors(before), { tolerance: TOLERANCE });
    return far
      .filter((comparison) => !isWithin(comparison))
      .map(({ part, difference }) => `${name}: ${part} differs by ${difference}`);
  });
}

/** Whether JSON is the same but for the rounding of numbers. */
function isNear(now: unknown, before: unknown): boolean {
  if (typeof now === 'number' && typeof before === 'number')
    return Math.abs(now - before) <= TOLERANCE * Math.max(1, Math.abs(before));
  if (typeof now !== 'object' || now === null || typeof before !== 'object' || before === null) return now === before;
  const keys = Object.keys(now);
  return (
    `${keys}` === `${Object.keys(before)}` &&
    keys.every((key) => isNear(now[key as keyof typeof now], before[key as keyof typeof before]))
  );
}
