import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, thisProcess } from './process-identity.ts';

test('a process is alive until it ends, and another with its pid is not it', async () => {
  const me = await thisProcess();
  expect(await isAlive(me)).toBe(true);
  expect(await isAlive({ ...me, started: '1' })).toBe(false);
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  expect(await isAlive({ pid: child.pid ?? Number.NaN, started: '' })).toBe(false);
});
