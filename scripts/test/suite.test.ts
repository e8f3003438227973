import { expect, test } from 'vitest';
import { tallyOf } from './suite.ts';

const file = (status: string, ...statuses: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: statuses.map((each, i) => ({ fullName: `test ${i}`, status: each })),
});
const outcome = (exitCode: number, output = '') => ({ exitCode, output });

test('every test counts, and those that did not run are named', () => {
  const report = { testResults: [file('passed', 'passed', 'skipped'), file('failed', 'passed', 'failed')] };
  expect(tallyOf(report, outcome(1))).toMatchObject({ passed: 2, failed: 1, skipped: ['test 1'] });
});

test('a file that cannot be loaded is a failure', () => {
  const report = { testResults: [file('passed', 'passed'), file('failed')] };
  expect(tallyOf(report, outcome(1))).toMatchObject({ passed: 1, failed: 1 });
});

test('a run that fails though every test passed is a failure', () => {
  expect(tallyOf({ testResults: [file('passed', 'passed')] }, outcome(1))).toMatchObject({ passed: 1, failed: 1 });
});

test('the coverage summary is shown', () => {
  const output = 'x\nStatements   : 90% ( 9/10 )\nLines        : 80% ( 8/10 )\ny';
  expect(tallyOf({ testResults: [] }, outcome(0, output)).summary).toBe(
    'Statements   : 90% ( 9/10 )\nLines        : 80% ( 8/10 )',
  );
});
