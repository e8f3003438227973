import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  server.close();
  await once(server, 'close');
  return address.port;
}

/** Waits until `answers` resolves. Fails at once, with what it said, when the server ends before that. */
export async function untilAnswering(server: ChildProcess, answers: () => Promise<unknown>): Promise<void> {
  let said = '';
  server.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await answers();
      return;
    } catch (cause) {
      const ended = server.exitCode !== null || server.signalCode !== null;
      if (ended || Date.now() > deadlineMs) {
        throw new Error(`${server.spawnfile} ${ended ? 'ended' : 'does not answer'}: ${said}`, { cause });
      }
      await sleep(POLL_MS);
    }
  }
}

/** Asks the server to end, and waits until it has. */
export async function stopServer(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
