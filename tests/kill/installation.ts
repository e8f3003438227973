import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { apiErrorOf, Laurel } from '@laurel/sdk';
import { processesOf, type RunningProcess } from '../../functions/node/processes.ts';
import { freePort } from '../real-parts/server.ts';
import { BrokenPromise, promise } from './broken-promise.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 30_000;
const POLL_MS = 100;
/** No answer takes longer, whatever is killed meanwhile. */
const ANSWER_WITHIN_MS = 60_000;

/** A real service on a data folder and a port of its own. Whenever it is killed it is started again at once. */
export class Installation {
  readonly folder: string;
  /** How often the API was killed. */
  deaths = 0;
  /** How often the workers of each job were killed. */
  readonly workersKilled = new Map<string, number>();
  readonly #port: number;
  #api: ChildProcess | undefined;
  #apiKey = '';
  #upSinceMs = Number.POSITIVE_INFINITY;
  #isStopping = false;
  #failure: BrokenPromise | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.#port = port;
  }

  static async create(): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'laurel-kill-'));
    await mkdir(join(folder, 'logs'));
    return new Installation(folder, await freePort());
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, LAUREL_DATA: this.folder, PORT: String(this.#port), LAUREL_CHECKPOINT_SECONDS: '0.3' };
  }

  /** A client; by default one that tries once only. */
  client(maxRetries = 0): Laurel {
    const baseUrl = `http://127.0.0.1:${this.#port}`;
    return new Laurel({ baseUrl, apiKey: this.#apiKey, maxRetries, timeoutMs: ANSWER_WITHIN_MS });
  }

  /** Asks for what the SDK has no call for. @throws {ApiError} for an answer that is no success; what `fetch` throws */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#apiKey}`);
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, { ...init, headers, signal });
    if (!answer.ok) throw await apiErrorOf(answer);
    const body = answer.status === 204 ? null : await answer.arrayBuffer(); // here, where a break of it counts
    return new Response(body, answer);
  }

  /** Starts it and waits until its scoring server is there as well. */
  async start(): Promise<void> {
    this.#isStopping = false;
    this.#spawn();
    await this.#until(START_WITHIN_MS, 'The service does not start.', async () => {
      this.checkAlive();
      this.#apiKey = (await readFile(join(this.folder, 'key'), 'utf8').catch(() => '')).trim();
      return this.#apiKey !== '' && !!(await this.#health())?.engine;
    });
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const ended = once(this.#api as ChildProcess, 'exit');
    this.#api?.kill('SIGTERM');
    const [code, signal] = await ended;
    promise(code === 0, 'The service was asked to end, and did not end in order.', { code, signal });
  }

  /** Whether the API was away at any time since a moment of `performance.now()`; waits for the news of its end. */
  async wasAwaySince(momentMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < 2_000; waitedMs += POLL_MS) {
      if (this.#upSinceMs > momentMs) return true;
      await setTimeout(POLL_MS);
    }
    return false;
  }

  /** @throws {BrokenPromise} when it does not come back */
  untilUp(): Promise<void> {
    return this.#until(START_WITHIN_MS, 'The API does not come back.', async () => Number.isFinite(this.#upSinceMs));
  }

  /** @throws {BrokenPromise} when it has ended by itself, or did not come back */
  checkAlive(): void {
    if (this.#failure) throw this.#failure;
  }

  killApi(): void {
    this.deaths++;
    this.#upSinceMs = Number.POSITIVE_INFINITY;
    this.#api?.kill('SIGKILL');
  }

  workers(): Promise<RunningProcess[]> {
    return this.#own('train.ts', 'LAUREL_ARTIFACTS', join(this.folder, 'artifacts'));
  }

  engines(): Promise<RunningProcess[]> {
    return this.#own('serve.ts', 'LAUREL_DATA', this.folder);
  }

  /** Ends all that still runs, at once; for a run that is given up. */
  async abandon(): Promise<void> {
    this.#isStopping = true;
    this.#api?.kill('SIGKILL');
    for (const { pid } of [...(await this.workers()), ...(await this.engines())]) process.kill(pid, 'SIGKILL');
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  #spawn(): void {
    const log = openSync(join(this.folder, 'logs/service.log'), 'a');
    this.#api = spawn(process.execPath, ['--import', 'tsx', 'functions/node.ts'], {
      cwd: ROOT,
      env: this.env,
      stdio: ['ignore', log, log],
    });
    closeSync(log); // the child has its own
    this.#api.once('exit', (code, signal) => this.#again(code, signal));
    void this.#noteWhenUp(this.#api);
  }

  #again(code: number | null, signal: NodeJS.Signals | null): void {
    this.#upSinceMs = Number.POSITIVE_INFINITY;
    if (this.#isStopping) return;
    if (signal === 'SIGKILL') this.#spawn();
    else this.#failure = new BrokenPromise(`The API ended by itself: exit code ${code}, signal ${signal}.`);
  }

  async #noteWhenUp(api: ChildProcess): Promise<void> {
    const isOver = () => api.exitCode !== null || api.signalCode !== null;
    const isUp = async () => isOver() || (await this.#health()) !== undefined;
    try {
      await this.#until(START_WITHIN_MS, 'The API did not come back.', isUp);
      if (!isOver() && api === this.#api) this.#upSinceMs = performance.now();
    } catch (error) {
      this.#failure = error as BrokenPromise;
    }
  }

  #health() {
    return this.client()
      .health({ signal: AbortSignal.timeout(5_000) })
      .catch(() => undefined);
  }

  async #own(entry: string, name: string, value: string): Promise<RunningProcess[]> {
    return (await processesOf(entry)).filter(({ env }) => env[name] === value);
  }

  async #until(withinMs: number, orElse: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + withinMs; performance.now() < untilMs; await setTimeout(POLL_MS)) {
      if (await isSo()) return;
    }
    throw new BrokenPromise(orElse);
  }

  /** @throws {BrokenPromise} unless every process of it has ended within a moment, after it was stopped and its jobs had ended */
  noProcessIsLeft(): Promise<void> {
    const isGone = async () => (await this.workers()).length + (await this.engines()).length === 0;
    return this.#until(END_WITHIN_MS, 'A worker or a scoring server is left behind.', isGone);
  }
}
