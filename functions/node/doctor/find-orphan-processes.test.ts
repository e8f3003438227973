import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launchJob, pretrain, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { seesProcesses } from '../processes.ts';
import { findOrphanProcesses } from './find-orphan-processes.ts';

const SLEEP = 'setInterval(() => {}, 1000)';

let api: TestApi;
let children: ChildProcess[];
beforeEach(async () => {
  api = await createTestApi();
  children = [];
}, 60_000);
afterEach(async () => {
  for (const child of children) {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  await api.close();
});

/** A process that looks as if it ran an entry file. */
async function pretend(entry: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ['--eval', SLEEP, '--', entry], {
    env: { LAUREL_ARTIFACTS: api.folder, ...env },
    stdio: 'ignore',
  });
  children.push(child);
  await once(child, 'spawn');
  return `process ${child.pid}`;
}

const found = async () =>
  (await findOrphanProcesses(api.context, api.folder, 10)).map(({ sort, where }) => [sort, where]);

test('workers that no job wants and engines without a server are found, those of others are not', async ({ skip }) => {
  skip(!(await seesProcesses()), 'there is no /proc');
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await pretend('gpu-workers/train.ts', { LAUREL_JOB_ID: id, LAUREL_JOB_TOKEN: worker.launch.token });
  await pretend('gpu-workers/serve.ts', { LAUREL_ARTIFACTS: '/elsewhere' });
  expect(await found()).toEqual([]);
  const stale = await pretend('gpu-workers/train.ts', { LAUREL_JOB_ID: id, LAUREL_JOB_TOKEN: 'lw_old' });
  const engine = await pretend('gpu-workers/serve.ts', {});
  expect(await found()).toEqual([
    ['orphan_worker', stale],
    ['orphan_engine', engine],
  ]);
});
