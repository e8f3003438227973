/** An answer, as the client saw it. */
export interface Answered {
  /** From the request to the last byte of its answer. */
  ms: number;
  /** Of that, the engine's: in line, and computing. */
  engineMs: number;
}

/** The i-th request. */
export type Send = (i: number) => Promise<Response>;

/** So many callers, each of whom asks again when the answer is there, for a while. @throws {Error} when an answer is not 200 */
export async function closedLoop(send: Send, callers: number, seconds: number): Promise<Answered[]> {
  const endMs = performance.now() + seconds * 1000;
  const answers: Answered[] = [];
  let next = 0;
  const call = async () => {
    while (performance.now() < endMs) {
      const beginMs = performance.now();
      const response = await send(next++);
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
      answers.push({ ms: performance.now() - beginMs, engineMs: engineMs(response.headers) });
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return answers;
}

/** The sum of `queue` and `model` in `Server-Timing`. */
function engineMs(headers: Headers): number {
  const phases = [...(headers.get('server-timing') ?? '').matchAll(/(queue|model);dur=([\d.]+)/g)];
  if (phases.length !== 2) throw new Error('the answer does not say how long the engine took');
  return phases.reduce((sum, [, , ms]) => sum + Number(ms), 0);
}
