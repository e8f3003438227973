import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChildProcessLauncher, type WorkerExit } from './child-process-launcher.ts';

/** Says its environment and pid, then does what its job's name says. */
const WORKER = `
  const { LAUREL_JOB_ID, ...rest }: NodeJS.ProcessEnv = process.env;
  console.log(JSON.stringify({ pid: process.pid, env: { LAUREL_JOB_ID, ...rest } }));
  if (LAUREL_JOB_ID === 'job_waits') setInterval(() => {}, 1000);
  else process.exitCode = LAUREL_JOB_ID === 'job_fails' ? 3 : 0;
`;

let folder: string;
let exits: WorkerExit[];
beforeEach(async () => {
  exits = [];
  folder = await mkdtemp(join(tmpdir(), 'laurel-launcher-'));
  await writeFile(join(folder, 'worker.ts'), WORKER);
  await symlink(resolve(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true }));

const options = (more: { maxWorkers?: number; env?: NodeJS.ProcessEnv; artifacts?: string } = {}) => ({
  entry: join(folder, 'worker.ts'),
  logFolder: join(folder, 'logs'),
  artifacts: more.artifacts ?? '/data/artifacts',
  maxWorkers: more.maxWorkers ?? 1,
  onExit: (exit: WorkerExit) => void exits.push(exit),
  env: more.env ?? process.env,
});
const launch = (jobId: string, attempt = 1) => ({ jobId, attempt, token: 'jt_1', apiUrl: 'http://127.0.0.1:1' });

/** What each worker of the job has said so far. */
async function said(jobId: string): Promise<Array<{ pid: number; env: Record<string, string> }>> {
  const log = await readFile(join(folder, 'logs', `${jobId}.log`), 'utf8').catch(() => '');
  return log.split('\n').flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []));
}
const firstPid = async (jobId: string) => {
  await expect.poll(() => said(jobId), { timeout: 20_000 }).toHaveLength(1);
  return (await said(jobId))[0]?.pid ?? Number.NaN;
};
const exited = () => expect.poll(() => exits.length, { timeout: 20_000 }).toBeGreaterThan(0);

test('a worker sees its job and what the engine needs, and none of the secrets of the server', async () => {
  const env = {
    PATH: process.env.PATH,
    LAUREL_ENGINE: 'javascript',
    TF_CPP_MIN_LOG_LEVEL: '2',
    DATABASE_URL: 'postgres://secret',
    LAUREL_SERVE_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const launcher = new ChildProcessLauncher(options({ env }));
  await launcher.launch(launch('job_a'));
  await exited();
  expect((await said('job_a'))[0]?.env).toEqual({
    PATH: process.env.PATH,
    LAUREL_ENGINE: 'javascript',
    TF_CPP_MIN_LOG_LEVEL: '2',
    LAUREL_API_URL: 'http://127.0.0.1:1',
    LAUREL_JOB_ID: 'job_a',
    LAUREL_JOB_TOKEN: 'jt_1',
    LAUREL_ARTIFACTS: '/data/artifacts',
  });
});

test('with artifacts in S3 the worker may reach them', async () => {
  const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'id', S3_ENDPOINT: 'http://127.0.0.1:2' };
  await new ChildProcessLauncher(options({ env, artifacts: 's3://bucket/a' })).launch(launch('job_a'));
  await exited();
  expect((await said('job_a'))[0]?.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'id', S3_ENDPOINT: 'http://127.0.0.1:2' });
});

test('the end of a worker is told and frees its place; attempts share a log', async () => {
  const launcher = new ChildProcessLauncher(options());
  for (const attempt of [1, 2]) {
    const launching = launcher.launch(launch('job_fails', attempt));
    expect(launcher.freeSlots()).toBe(0);
    await launching;
    await expect.poll(() => exits.length, { timeout: 20_000 }).toBe(attempt);
    expect(exits.at(-1)).toEqual({ jobId: 'job_fails', attempt, exitCode: 3, signal: null });
    expect(launcher.freeSlots()).toBe(1);
  }
  expect(await said('job_fails')).toHaveLength(2);
});

test('a worker that is killed is told by its signal', async () => {
  await new ChildProcessLauncher(options()).launch(launch('job_waits'));
  process.kill(await firstPid('job_waits'), 'SIGKILL');
  await exited();
  expect(exits).toEqual([{ jobId: 'job_waits', attempt: 1, exitCode: null, signal: 'SIGKILL' }]);
});

test('a worker that cannot be started rejects and takes no place', async () => {
  await writeFile(join(folder, 'logs'), 'a file where the folder should be');
  const launcher = new ChildProcessLauncher(options());
  await expect(launcher.launch(launch('job_a'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(launcher.freeSlots()).toBe(1);
});

test('a worker outlives its server, killed with all of its process group', async () => {
  const server = `
    import { ChildProcessLauncher } from '@laurel/storage';
    const options = { ...${JSON.stringify(options({ env: {} }))}, env: process.env, onExit: () => {} };
    await new ChildProcessLauncher(options).launch(${JSON.stringify(launch('job_waits'))});
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', server], {
    cwd: import.meta.dirname,
    detached: true, // so that its group is its own, not the test's
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const worker = await firstPid('job_waits');
  const ended = once(child, 'exit');
  process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
  await ended;
  expect(process.kill(worker, 0)).toBe(true);
  process.kill(worker, 'SIGKILL');
});
