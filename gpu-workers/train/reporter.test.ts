import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeApi } from '../testing/fake-api.ts';
import { startReporter } from './reporter.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await new FakeApi({ job_id: 'job_01k00000000000000000000000' } as FakeApi['claim']).start();
});
afterEach(() => api.stop());

it('sends heartbeats from when it is told to begin', async () => {
  const reporter = await startReporter(api.address);
  expect(api.heartbeats).toEqual([]);
  reporter.begin(50);
  await vi.waitFor(() => expect(api.heartbeats.length).toBeGreaterThan(2), 10_000);
  reporter.progress('training', 1, 2);
  await reporter.close();
  expect(api.heartbeats.at(-1)).toEqual({ stage: 'training', step: 1, total_steps: 2 });
});

it('ends, and has sent nothing, where no job was claimed', async () => {
  const reporter = await startReporter(api.address);
  await reporter.close();
  await reporter.close();
  expect(api.heartbeats).toEqual([]);
});

const canBecomeNicer = process.platform === 'linux' && getPriority() < constants.priority.PRIORITY_LOW;
it.runIf(canBecomeNicer)(
  'keeps its priority when the job takes a low one',
  async () => {
    const urlOf = (module: string) => new URL(module, import.meta.url).href;
    const script = `
    import { readdirSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { takeLowPriority } from '${urlOf('low-priority.ts')}';
    import { startReporter } from '${urlOf('reporter.ts')}';
    const reporter = startReporter(${JSON.stringify(api.address)});
    takeLowPriority();
    await reporter;
    const low = readdirSync('/proc/self/task').filter((thread) => getPriority(Number(thread)) === getPriority());
    console.log(low.join() === String(process.pid) ? 'the main thread alone' : low);
    process.exit();`;
    const file = join(await mkdtemp(join(tmpdir(), 'reporter-')), 'job.mjs');
    await writeFile(file, script);
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file]);
    await rm(dirname(file), { recursive: true });
    expect(stdout).toBe('the main thread alone\n');
  },
  30_000,
);
