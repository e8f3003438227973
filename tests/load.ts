/**
 * `npm run load [-- --seconds 30]`: what the API adds to the model's time, and what becomes of throughput, latency, memory and refusals
 * under 1, 3 and 10 times the load that the service can answer. One line of JSON for each, then what is wrong, if anything is.
 * Exit codes: 0 all is as it should be; 1 it is not.
 */
import { parseArgs } from 'node:util';
import { problemDetails } from '@laurel/contracts';
import { processesOf } from '../functions/node/processes.ts';
import { closedLoop } from './load/closed-loop.ts';
import { openLoop, type Result } from './load/open-loop.ts';
import { startScoredService } from './load/scored-service.ts';
import { memoryOf } from './process-memory.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);

/** From when the API has a request's headers until it has the answer, without the engine's time in line and computing. */
const MOST_OVERHEAD_MS = { p50: 2, p99: 10 };
/**
 * The compiler goes on for thousands of requests, so the service first answers as many as one that has been up for some minutes: of a text
 * so short that they come quickly.
 */
const WARM_UP_SECONDS = 20;
const SHORT = JSON.stringify({ items: [{ prompt: 'A post.', completions: ['One.', 'Two.'] }] });
/** Enough that every batch is full. */
const CALLERS = 64;
const TIMES = [1, 3, 10];
/** Of the throughput at the service's capacity, what has to be left under more load than that. */
const LEAST_THROUGHPUT = 0.8;
/** The longest line, and what is computed meanwhile. */
const MOST_P99_MS = 15_000;
/** Of the memory after the first load, what there may be after the last. */
const MOST_GROWTH = 1.25;

const complaints: string[] = [];
const expectThat = (isSo: boolean, otherwise: string) => void (isSo || complaints.push(otherwise));
const scored = await startScoredService();
const { service, endpoint, items } = scored;
try {
  const url = `${service.baseUrl}/v1/endpoints/${endpoint}/score`;
  const headers = { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' };
  const bodies = items.map(({ prompt: { head, post, tail }, completions }) =>
    JSON.stringify({ items: [{ prompt: head + post + tail, completions }] }),
  );
  const send = (i: number) => fetch(url, { method: 'POST', headers, body: bodies[i % bodies.length] as string });
  const api = service.process.pid;
  const engine = (await processesOf('serve.ts')).find(({ parentPid }) => parentPid === api)?.pid;
  const memory = async () => ({ apiMiB: (await memoryOf(api)).now, engineMiB: (await memoryOf(engine)).now });

  const warmUp = await closedLoop(() => fetch(url, { method: 'POST', headers, body: SHORT }), 16, WARM_UP_SECONDS);
  await closedLoop(send, CALLERS, 5);
  tell({ warmedUpWith: warmUp.length });
  for (const callers of [1, 8]) {
    const answers = await closedLoop(send, callers, seconds);
    const overhead = percentiles(answers.map(({ apiMs, engineMs }) => apiMs - engineMs));
    const withCaller = percentiles(answers.map(({ ms, engineMs }) => ms - engineMs));
    const engineTime = percentiles(answers.map(({ engineMs }) => engineMs));
    tell({
      callers,
      overheadMs: overhead,
      withCallersOwnMs: withCaller,
      engineMs: engineTime,
      requests: answers.length,
    });
    if (callers === 1) {
      expectThat(overhead.p50 <= MOST_OVERHEAD_MS.p50, `the API adds ${overhead.p50} ms at the median`);
      expectThat(overhead.p99 <= MOST_OVERHEAD_MS.p99, `the API adds ${overhead.p99} ms at the 99th percentile`);
    }
  }

  const capacity = (await closedLoop(send, CALLERS, seconds)).filter(isInTime).length / seconds;
  tell({ capacityPerSecond: capacity, callers: CALLERS });
  let first: Awaited<ReturnType<typeof memory>> | undefined;
  for (const times of TIMES) {
    const results = await openLoop(url, headers, bodies, capacity * times, seconds);
    const answered = results.filter(({ code }) => code === 200);
    const refused = results.filter(({ code }) => code !== 200);
    const malformed = refused.filter((result) => !isProperRefusal(result));
    const throughput = answered.filter(isInTime).length / seconds;
    const now = await memory();
    first ??= now;
    const latency = percentiles(answered.map(({ ms }) => ms));
    tell({
      times,
      offeredPerSecond: capacity * times,
      answeredPerSecond: throughput,
      answeredMs: latency,
      refused: refused.length,
      ...(refused.length > 0 && { refusedMs: percentiles(refused.map(({ ms }) => ms)) }),
      malformed: malformed.length,
      ...now,
    });
    for (const { code, error, body } of malformed.slice(0, 3)) tell({ code, error, body: body.slice(0, 300) });
    expectThat(malformed.length === 0, `at ${times}×, ${malformed.length} of ${refused.length} refusals are malformed`);
    expectThat(
      throughput >= LEAST_THROUGHPUT * capacity,
      `at ${times}×, ${throughput} requests a second were answered`,
    );
    expectThat(latency.p99 <= MOST_P99_MS, `at ${times}×, the 99th percentile of latency is ${latency.p99} ms`);
    expectThat(now.apiMiB <= MOST_GROWTH * first.apiMiB, `at ${times}×, the API holds ${now.apiMiB} MiB`);
    expectThat(now.engineMiB <= MOST_GROWTH * first.engineMiB, `at ${times}×, the engine holds ${now.engineMiB} MiB`);
  }
} finally {
  await scored.stop();
}
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length > 0 ? 1 : 0);

/** Of throughput only what was answered while requests were sent is counted, as otherwise a long line would add to it. */
function isInTime({ answeredAtMs }: { answeredAtMs: number }): boolean {
  return answeredAtMs <= seconds * 1000;
}

/** 429 or 503 with a time to come back, as a problem (RFC 9457). */
function isProperRefusal({ code, headers, body }: Result): boolean {
  if (![429, 503].includes(code)) return false;
  const seconds = headers['Retry-After']?.[0] ?? '';
  return /^\d+$/.test(seconds) && headers['Content-Type']?.[0] === 'application/problem+json' && isProblem(body, code);
}

function isProblem(body: string, code: number): boolean {
  try {
    return problemDetails.parse(JSON.parse(body)).status === code;
  } catch {
    return false;
  }
}

function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
function tell(facts: object): void {
  console.log(JSON.stringify(facts, (_, value: unknown) => (typeof value === 'number' ? round(value) : value)));
}
