import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launchJob, pretrain, upload } from '../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { noteLostWorkers } from './note-lost-workers.ts';
import { seesProcesses } from './processes.ts';

const SLEEP = 'setInterval(() => {}, 1000)';

let api: TestApi;
let worker: ChildProcess | undefined;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(async () => {
  await end();
  await api.close();
});

async function end(): Promise<void> {
  if (!worker) return;
  const closed = once(worker, 'close');
  worker.kill('SIGKILL');
  await closed;
  worker = undefined;
}

const stateOf = async (id: string) => {
  const { state, error } = await (await api.call('GET', `/v1/jobs/${id}`)).json();
  return { state, error: error?.code };
};

test.for([
  ['before it had begun', false],
  ['in the midst of it', true],
] as const)(
  "the worker of an earlier server that ends %s is followed by another; the server's own are not looked at",
  async ([, isClaimed], { skip }) => {
    skip(!(await seesProcesses()), 'there is no /proc');
    const { id, worker: say } = await launchJob(api, pretrain(await upload(api, 'text')));
    if (isClaimed) await say('claim');
    const state = isClaimed ? 'running' : 'queued';
    worker = spawn(process.execPath, ['--eval', SLEEP, '--', 'gpu-workers/train.ts'], {
      env: { LAUREL_JOB_TOKEN: say.launch.token },
      stdio: 'ignore',
    });
    await once(worker, 'spawn');
    const startedAt = new Date(api.clock.nowMs + 1);
    await noteLostWorkers(api.context, startedAt);
    expect(await stateOf(id)).toEqual({ state, error: undefined });
    await end();
    await noteLostWorkers(api.context, new Date(api.clock.nowMs));
    expect(await stateOf(id)).toEqual({ state, error: undefined });
    await noteLostWorkers(api.context, startedAt);
    expect(await stateOf(id)).toEqual({ state: 'queued', error: 'worker_died' });
  },
);
