import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { peakRssBytes } from '../core/contestant.ts';
import type { Command } from '../core/contestant-process.ts';

/** A server in a process of its own. It ends with this one. */
export class ServerProcess<Announcement extends { port: number }> {
  readonly #child: ChildProcess;
  /** The JSON of its first line, which it prints once it listens. */
  readonly announced: Announcement;

  private constructor(child: ChildProcess, announced: Announcement) {
    this.#child = child;
    this.announced = announced;
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** @throws {Error} where it ends before it listens; its stderr is ours */
  static async start<Announcement extends { port: number }>(command: Command): Promise<ServerProcess<Announcement>> {
    const child = spawn(command.command, command.args, {
      env: { ...process.env, ...command.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const line = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([first]) => first as string),
      once(child, 'exit').then(() => undefined),
    ]);
    if (line === undefined) throw new Error('the server ended before it listened');
    return new ServerProcess(child, JSON.parse(line) as Announcement);
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.announced.port}${path}`;
  }

  /** The most memory that it has ever held. */
  get peakRssBytes(): number {
    return peakRssBytes(this.#child.pid);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
