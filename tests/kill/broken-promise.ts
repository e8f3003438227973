/** The service has lost, halved, doubled or altered something that it had acknowledged, or ended otherwise than it should. */
export class BrokenPromise extends Error {
  override name = 'BrokenPromise';
}

/** @throws {BrokenPromise} unless `isKept` */
export function promise(isKept: boolean, what: string, ...evidence: unknown[]): asserts isKept {
  if (isKept) return;
  throw new BrokenPromise([what, ...evidence.map((each) => JSON.stringify(each, null, 1))].join('\n'));
}
