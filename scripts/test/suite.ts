import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runCommand } from './run-command.ts';

/** What a check found. A command that only passes or fails counts as one. */
export interface Tally {
  passed: number;
  failed: number;
  /** Full names of tests that did not run here. */
  skipped: string[];
  /** What to show whatever the result. */
  summary: string;
  /** What to show when something failed. */
  output: string;
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

/** Runs one command that passes or fails as a whole. */
export async function checkCommand(command: string, args: string[], env: Record<string, string> = {}): Promise<Tally> {
  const { exitCode, output } = await runCommand(command, args, env);
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: [], summary: '', output };
}

/** Runs one tier of the tests (a project of vitest.config.ts) and counts its tests. */
export async function checkTier(tier: string, ...options: string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const args = ['run', '--project', tier, '--passWithNoTests', ...reporters, ...options];
  try {
    const outcome = await runCommand('node_modules/.bin/vitest', args, { NO_COLOR: '1' });
    return tallyOf(JSON.parse(await readFile(report, 'utf8')) as VitestReport, outcome);
  } catch (error) {
    return {
      passed: 0,
      failed: 1,
      skipped: [],
      summary: '',
      output: `${tier}: vitest left no report. ${String(error)}`,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Counts tests; a file that could not be loaded is one failure, and so is a run that failed for no test's sake. */
export function tallyOf(report: VitestReport, { exitCode, output }: Outcome): Tally {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = count('failed') + unloaded.length;
  return {
    passed: count('passed'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.filter((test) => test.status !== 'passed' && test.status !== 'failed').map((test) => test.fullName),
    summary: coverageOf(output),
    output,
  };
}

/** The lines of vitest's coverage summary, if it printed one. */
function coverageOf(output: string): string {
  return (output.match(/^(Statements|Branches|Functions|Lines) +:.*$/gm) ?? []).join('\n');
}
