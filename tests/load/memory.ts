import { readdirSync, readFileSync } from 'node:fs';

/** Memory that a process holds now, bytes. */
export function rssBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Processes that a process has started and that are still there, by what their command line has in it. */
export function childOf(pid: number, command: string): number {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name, pid, command));
  if (found.length !== 1) throw new Error(`${found.length} children of ${pid} run ${command}`);
  return Number(found[0]);
}

function isChild(name: string, parent: number, command: string): boolean {
  try {
    const status = readFileSync(`/proc/${name}/status`, 'utf8');
    return (
      Number(/PPid:\s+(\d+)/.exec(status)?.[1]) === parent &&
      readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(command)
    );
  } catch {
    return false; // it ended meanwhile
  }
}
