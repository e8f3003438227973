import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const NICENESS = constants.priority.PRIORITY_LOW;

/**
 * Lets whatever else runs on the machine go first: a job can wait, who asks for a score cannot. To be called before the engine loads,
 * for a thread takes its priority from the one that starts it.
 */
export function takeLowPriority(): void {
  setPriority(NICENESS);
  try {
    // Where Linux groups processes by session, niceness counts within the session alone, and the group has one of its own.
    writeFileSync('/proc/self/autogroup', String(NICENESS));
  } catch {
    // No such groups here.
  }
}
