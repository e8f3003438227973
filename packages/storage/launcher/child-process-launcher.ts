import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { JobLauncher, Launch } from './job-launcher.ts';

/** How a worker ended: with an exit code or by a signal; neither is known of one that another server started. */
export interface WorkerExit {
  jobId: string;
  attempt: number;
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildProcessLauncherOptions {
  /** The worker's entry file, absolute, such as `…/gpu-workers/train.ts`; run by Node through tsx. */
  entry: string;
  /** Gets one log file for each job, appended to by its attempts. */
  logFolder: string;
  /** As the worker's `LAUREL_ARTIFACTS`: an absolute folder or `s3://bucket/prefix`. */
  artifacts: string;
  /** Workers at once. */
  maxWorkers: number;
  /** Called when a worker has ended, however it did, so that a job without a worker need not wait for its lease. */
  onExit: (exit: WorkerExit) => void;
  /** The server's environment, of which a worker sees a part. */
  env: NodeJS.ProcessEnv;
}

/** What a worker may see of the server's environment: what the engine and imports need, and no key and no database address. */
const FOR_ENGINE =
  /^(PATH|HOME|TMPDIR|LANG|TZ|XDG_CACHE_HOME|LD_LIBRARY_PATH|LAUREL_(ENGINE|PRECISION|MEMORY_GB|CHECKPOINT_SECONDS)|(TF|TFJS|OMP|CUDA|NVIDIA)_\w+)$/;

const FOR_IMPORTS = /^(LAUREL_IMPORT_(FOLDER|S3)|HF_(ENDPOINT|TOKEN))$/;

/** Only a worker that reads or writes S3 needs the way there. */
const FOR_S3 = /^(AWS|S3)_\w+$/;

/**
 * Starts each worker as a process of its own group, which outlives the server: a server that restarts finds its jobs
 * still running. Workers that an earlier server started are not counted by `freeSlots`.
 */
export class ChildProcessLauncher implements JobLauncher {
  readonly #options: ChildProcessLauncherOptions;
  #running = 0;

  constructor(options: ChildProcessLauncherOptions) {
    this.#options = options;
  }

  freeSlots(): number {
    return this.#options.maxWorkers - this.#running;
  }

  async launch({ jobId, attempt, token, apiUrl }: Launch): Promise<void> {
    const { entry, logFolder, artifacts, onExit, env } = this.#options;
    this.#running++; // before the first wait, so that two launches at once see each other
    try {
      const child = await startDetached(entry, join(logFolder, `${jobId}.log`), {
        ...passedOn(env, artifacts),
        LAUREL_API_URL: apiUrl,
        LAUREL_JOB_ID: jobId,
        LAUREL_JOB_TOKEN: token,
        LAUREL_ARTIFACTS: artifacts,
      });
      child.once('exit', (exitCode, signal) => {
        this.#running--;
        onExit({ jobId, attempt, exitCode, signal });
      });
    } catch (error) {
      this.#running--;
      throw error;
    }
  }
}

/** Resolves when the process exists; its exit has then not been reported yet. */
async function startDetached(entry: string, logPath: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  await mkdir(dirname(logPath), { recursive: true });
  const log = openSync(logPath, 'a', 0o600);
  try {
    const child = spawn(process.execPath, ['--import', 'tsx', basename(entry)], {
      cwd: dirname(entry), // where Node looks for tsx
      env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    await once(child, 'spawn'); // rejects with the reason when it cannot be started
    return child;
  } finally {
    closeSync(log); // the child has its own
  }
}

function passedOn(env: NodeJS.ProcessEnv, artifacts: string): NodeJS.ProcessEnv {
  const usesS3 = artifacts.startsWith('s3://') || !!env.LAUREL_IMPORT_S3;
  const needed = (name: string) => FOR_ENGINE.test(name) || FOR_IMPORTS.test(name) || (usesS3 && FOR_S3.test(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => needed(name)));
}
