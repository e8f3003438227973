/** An answer, as the client saw it. */
export interface Answered {
  /** From the request to the last byte of its answer. */
  ms: number;
  /** After the first request was sent. */
  answeredAtMs: number;
  /** Of that, from when the API had its headers until it had the answer. */
  apiMs: number;
  /** Of that, the engine's: in line, and computing. */
  engineMs: number;
}

/** The i-th request. */
export type Send = (i: number) => Promise<Response>;

/** So many callers, each of whom asks again when the answer is there, for a while. @throws {Error} when an answer is not 200 */
export async function closedLoop(send: Send, callers: number, seconds: number): Promise<Answered[]> {
  const firstMs = performance.now();
  const endMs = firstMs + seconds * 1000;
  const answers: Answered[] = [];
  let next = 0;
  const call = async () => {
    while (performance.now() < endMs) {
      const beginMs = performance.now();
      const response = await send(next++);
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
      const nowMs = performance.now();
      answers.push({ ms: nowMs - beginMs, answeredAtMs: nowMs - firstMs, ...timesOf(response.headers) });
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return answers;
}

/** By `Server-Timing`. */
function timesOf(headers: Headers): Pick<Answered, 'apiMs' | 'engineMs'> {
  const phases = (headers.get('server-timing') ?? '').matchAll(/(\w+);dur=([\d.]+)/g);
  const { total, queue, model } = Object.fromEntries(Array.from(phases, ([, phase, ms]) => [phase, Number(ms)]));
  if (total === undefined || queue === undefined || model === undefined) {
    throw new Error('the answer does not say where its time went');
  }
  return { apiMs: total, engineMs: queue + model };
}
