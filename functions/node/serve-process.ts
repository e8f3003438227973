import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';
import { z } from 'zod';

const FIRST_RESTART_MS = 500;
const LAST_RESTART_MS = 30_000;
/** One that has run for this long was well. */
const WELL_AFTER_MS = 60_000;

const listening = z.object({ port: z.number().int() });

export interface ServeProcessOptions {
  /** `gpu-workers/serve.ts`. */
  entry: string;
  artifacts: string;
  logPath: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/** Keeps `gpu-workers serve` running as a child, which ends with this process, however that ends. */
export class ServeProcess {
  readonly #options: ServeProcessOptions;
  readonly #token = randomBytes(32).toString('base64url');
  #child: ChildProcess | undefined;
  #port: number | undefined;
  #restartMs = FIRST_RESTART_MS;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: ServeProcessOptions) {
    this.#options = options;
  }

  /** Where it listens; `null` while it is starting. */
  address() {
    return this.#port === undefined ? null : { url: `http://127.0.0.1:${this.#port}`, token: this.#token };
  }

  start(): void {
    const { entry, artifacts, logPath, env, log } = this.#options;
    const { DATABASE_URL: _, HOST: __, PORT: ___, HF_TOKEN: ____, ...passedOn } = env; // not for it
    const logFile = openSync(logPath, 'a', 0o600);
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), entry], {
      env: { ...passedOn, LAUREL_ARTIFACTS: artifacts, LAUREL_SERVE_TOKEN: this.#token },
      stdio: ['pipe', 'pipe', logFile],
    });
    closeSync(logFile);
    const startedMs = Date.now();
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#note(line));
    child.once('error', (err) => log.error({ err }, 'the scoring engine could not be started'));
    child.once('close', (exitCode, signal) => this.#restart({ exitCode, signal }, Date.now() - startedMs));
    this.#child = child;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await closed;
  }

  #note(line: string): void {
    if (!line.startsWith('{')) return;
    const parsed = listening.safeParse(JSON.parse(line));
    if (parsed.success) this.#port = parsed.data.port;
  }

  #restart(how: { exitCode: number | null; signal: NodeJS.Signals | null }, ranMs: number): void {
    this.#port = undefined;
    if (this.#isStopping) return;
    this.#restartMs = ranMs > WELL_AFTER_MS ? FIRST_RESTART_MS : Math.min(this.#restartMs * 2, LAST_RESTART_MS);
    this.#options.log.error({ ...how, restartMs: this.#restartMs }, 'the scoring engine ended and is started again');
    this.#timer = setTimeout(() => this.start(), this.#restartMs);
  }
}
