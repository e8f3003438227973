import autocannon from 'autocannon';
import type { Round } from '../core/protocol.ts';
import type { ServingSettings } from './serving-settings.ts';

/** A long queue is no failure. */
const TIMEOUT_SECONDS = 300;
/** How often autocannon looks whether all is done, so how exactly a round is timed. */
const TICK_MS = 20;

/**
 * Sends the bodies, each once, over so many connections, all of them busy until there is nothing more to send.
 * @throws {Error} where an answer is not a success
 */
export async function closedLoop(
  url: string,
  bodies: readonly string[],
  { connections }: ServingSettings,
  headers: Record<string, string>,
): Promise<Pick<Round, 'seconds' | 'units' | 'figures'>> {
  let next = 0;
  const requests = {
    setupRequest: (request: autocannon.Request) => ({ ...request, body: bodies[next++ % bodies.length] }),
  };
  const startMs = performance.now();
  const {
    latency,
    '2xx': answers,
    errors,
    non2xx,
  } = await autocannon({
    url,
    connections,
    amount: bodies.length,
    timeout: TIMEOUT_SECONDS,
    sampleInt: TICK_MS,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    requests: [requests],
  });
  const seconds = (performance.now() - startMs) / 1000;
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} of ${bodies.length} requests failed`);
  return { seconds, units: answers, figures: { p50Ms: latency.p50, p99Ms: latency.p99 } };
}
