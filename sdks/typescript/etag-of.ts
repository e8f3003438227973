const etags = new WeakMap<object, string>();

/**
 * The ETag of an object that was got from the service, for `ifMatch`: then what somebody else has changed since is left alone.
 *
 * @throws {Error} for what is no such answer: an item of a list, what a change answered, a copy
 *
 * @example
 * const endpoint = await laurel.endpoints.get('summaries');
 * await laurel.endpoints.rollback('summaries', { ifMatch: etagOf(endpoint) });
 */
export function etagOf(answer: object): string {
  const etag = etags.get(answer);
  if (etag === undefined)
    throw new Error('This has no ETag: only what a `get` of this SDK answered has one, and no copy of it.');
  return etag;
}

/** Notes what the answer's headers tell of it. */
export function noteEtag(answer: unknown, headers: Headers): void {
  const etag = headers.get('etag');
  if (etag !== null && typeof answer === 'object' && answer !== null) etags.set(answer, etag);
}
