/** `npm test`: every check of the project, one after the other. The last line is the total. */
import { checkCommand, checkTier, type Tally } from './test/suite.ts';

const bin = (name: string) => `node_modules/.bin/${name}`;
const PYTHON_TOOLS = '.laurel/python-tools';
const PYTHON_CODE = ['tests/parity', 'tests/drop-in', 'tests/fuzz', 'bench/peers'];
// PyTorch and the like are not installed for it: what comes of them has any type.
const MYPY_OPTIONS = ['--strict', '--ignore-missing-imports', '--allow-subclassing-any', '--allow-untyped-decorators'];
const python = (...args: string[]) => checkCommand('python3', args, { PYTHONPATH: PYTHON_TOOLS });

const checks: [name: string, check: () => Promise<Tally>][] = [
  ['types', () => checkCommand('npm', ['run', '--silent', 'typecheck'])],
  ['format and lint', () => checkCommand(bin('biome'), ['check', '.'])],
  ['type-aware lint', () => checkCommand(bin('oxlint'), ['--type-aware'])],
  ['layers', () => checkCommand('npm', ['run', '--silent', 'layers'])],
  ['unused code', () => checkCommand(bin('knip'), [])],
  [
    'Python: tools',
    () =>
      python('-m', 'pip', 'install', '--quiet', '--upgrade', '--target', PYTHON_TOOLS, 'ruff==0.17.6', 'mypy==2.4.1'),
  ],
  ['Python: lint', () => python('-m', 'ruff', 'check', ...PYTHON_CODE)],
  ['Python: format', () => python('-m', 'ruff', 'format', '--check', ...PYTHON_CODE)],
  ['Python: types', () => python('-m', 'mypy', ...MYPY_OPTIONS, ...PYTHON_CODE)],
  ['quick tests', () => checkTier('quick', '--coverage', '--coverage.reporter=text-summary')],
  ['engine tests', () => checkTier('engine')],
  ['integration tests', () => checkTier('integration')],
];

let passed = 0;
let failed = 0;
for (const [name, check] of checks) {
  process.stdout.write(`${name.padEnd(20)}`);
  const startedMs = Date.now();
  const tally = await check();
  passed += tally.passed;
  failed += tally.failed;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped in ${seconds} s`);
  for (const test of tally.skipped) console.log(`  skipped: ${test}`);
  if (tally.summary) console.log(tally.summary.replace(/^/gm, '  '));
  if (tally.failed > 0) console.log(tally.output.trimEnd().replace(/^/gm, '  '));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
