import type { ByteRange } from '@laurel/storage/artifacts';

/**
 * The range `bytes=first-last` or `bytes=first-` that a `Range` header asks for (RFC 9110, section 14.2). `whole` for what a server may
 * ignore: no header, several ranges, a range counted from the end, other units.
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from, to = ''] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined) return 'whole';
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (first >= sizeBytes) return 'unsatisfiable';
  return last < first ? 'whole' : { first, last };
}
