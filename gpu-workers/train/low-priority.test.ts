import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('a process that takes it is nicer than its parent', () => {
  const module = fileURLToPath(new URL('low-priority.ts', import.meta.url));
  const script = `import { getPriority } from 'node:os'; import { takeLowPriority } from '${module}'; takeLowPriority(); console.log(getPriority());`;
  const args = ['--import', 'tsx', '--input-type', 'module', '--eval', script];
  expect(Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))).toBeGreaterThanOrEqual(10);
});
