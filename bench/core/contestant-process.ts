import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Ready, Round } from './protocol.ts';

export interface Command {
  command: string;
  args: readonly string[];
  env?: Record<string, string> | undefined;
}

/** What is kept of stderr, to say why a contestant ended. */
const LAST_LINES = 12;

/** A contestant in a process group of its own, which stands still but for its turns. */
export class ContestantProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: string[] = [];

  private constructor({ command, args, env }: Command) {
    // A group, so that what the contestant starts itself stands still as well.
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, detached: true });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    createInterface(this.#child.stderr).on('line', (line) => {
      this.#errors.push(line);
      if (this.#errors.length > LAST_LINES) this.#errors.shift();
    });
    this.#child.on('error', (error) => this.#errors.push(String(error)));
    this.#child.stdin.on('error', () => {}); // its end is noticed where its answer is missing
    process.once('exit', this.#kill);
  }

  /** Starts it and waits until it is warm. @throws {Error} with its last words, where it ends before that */
  static async start(command: Command): Promise<{ contestant: ContestantProcess; ready: Ready }> {
    const contestant = new ContestantProcess(command);
    const { ready } = await contestant.#answer<{ ready: Ready }>();
    contestant.#signal('SIGSTOP');
    return { contestant, ready };
  }

  /** Its turn: does round i. */
  async round(i: number): Promise<Round> {
    this.#signal('SIGCONT');
    this.#child.stdin.write(`${JSON.stringify({ round: i })}\n`);
    const round = await this.#answer<Round>();
    this.#signal('SIGSTOP');
    return round;
  }

  end(): void {
    process.off('exit', this.#kill);
    this.#kill();
  }

  async #answer<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value) as T;
    this.end();
    throw new Error(this.#errors.filter((line) => line.trim() !== '').join('\n') || 'it ended without a word');
  }

  readonly #kill = () => this.#signal('SIGKILL');

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid) process.kill(-this.#child.pid, signal);
    } catch {
      // It has ended.
    }
  }
}
