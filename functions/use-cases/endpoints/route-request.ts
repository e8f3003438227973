import { createHash } from 'node:crypto';
import type { Traffic } from '@laurel/contracts';

/**
 * The version that answers a request: the same one for the same key as long as the split stays, and of many keys each version its share.
 * When the share of the first version in the split grows, those who have it keep it.
 */
export function versionFor({ live, split }: Pick<Traffic, 'live' | 'split'>, endpointId: string, key: string): number {
  if (split.length === 0) return live;
  let point = createHash('sha256').update(`${endpointId} ${key}`).digest().readUInt32BE() / 2 ** 32; // [0, 1)
  for (const { version, share } of split) {
    if (point < share) return version;
    point -= share;
  }
  return live;
}
