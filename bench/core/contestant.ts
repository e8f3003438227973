import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Assignment, Ready, Round } from './protocol.ts';

/** A contestant that has loaded everything and has warmed up. */
export interface Contestant extends Ready {
  /** Does round i: the same work on all sides. */
  round: (i: number) => Promise<Omit<Round, 'peakRssBytes'>>;
}

/** Our side of the protocol: says when it is ready, then does a round for every line until there are no more. */
export async function contest<Settings>(
  load: (assignment: Assignment<Settings>) => Promise<Contestant>,
): Promise<void> {
  const { round, ...ready } = await load(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  say({ ready });
  for await (const line of createInterface(process.stdin)) {
    const result = await round((JSON.parse(line) as { round: number }).round);
    say({ ...result, peakRssBytes: peakRssBytes() });
  }
}

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** The most memory that a process has held, by Linux's own mark: `resourceUsage` would count what its parent held when it started it. */
export function peakRssBytes(pid: number | 'self' = 'self'): number {
  const [, kibibytes] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m) ?? [];
  return Number(kibibytes) * 1024;
}
