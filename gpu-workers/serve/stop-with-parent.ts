import { fstatSync } from 'node:fs';

const STDIN = 0;

/**
 * Calls `stop` when the process that started this one has gone: its end of our stdin closes, or the IPC channel does. In a
 * container stdin is no pipe, and nobody is waited for.
 */
export function stopWithParent(stop: () => void): void {
  process.once('disconnect', stop);
  const stdin = fstatSync(STDIN);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.resume().once('end', stop);
}
