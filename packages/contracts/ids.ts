/** What an id names; the prefix stands in front of every id of that kind. */
export type IdPrefix =
  | 'org'
  | 'proj'
  | 'key'
  | 'ds'
  | 'dsu'
  | 'del'
  | 'job'
  | 'pl'
  | 'evt'
  | 'model'
  | 'mv'
  | 'als'
  | 'up'
  | 'file'
  | 'ep'
  | 'epv'
  | 'dep'
  | 'shd'
  | 'whe'
  | 'whd'
  | 'aud'
  | 'req';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32

/** Asked of the system for many ids at once: that takes longer than all else here. */
const random = new Uint8Array(16 * 128);
let usedRandom = random.length;

let lastTimeMs = 0;
let lastRandom = new Uint8Array(16);

/**
 * A new id such as `job_01k0…`: the prefix, 48 bits of milliseconds, 80 random bits (the ULID layout), so that ids sort
 * by the time they were made. Ids made by one process within one millisecond sort in order too: the random part counts up.
 */
export function newId(prefix: IdPrefix, nowMs: number = Date.now()): string {
  if (nowMs > lastTimeMs) {
    lastTimeMs = nowMs;
    lastRandom = nextRandom().map((byte) => byte & 31);
    lastRandom[0] = (lastRandom[0] ?? 0) & 15; // room to count up
  } else {
    for (let i = 15; i >= 0; i--) {
      lastRandom[i] = ((lastRandom[i] ?? 0) + 1) & 31;
      if (lastRandom[i] !== 0) break;
    }
  }
  let time = '';
  for (let rest = lastTimeMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  return `${prefix}_${time}${Array.from(lastRandom, (value) => ALPHABET[value]).join('')}`;
}

function nextRandom(): Uint8Array {
  if (usedRandom === random.length) {
    crypto.getRandomValues(random);
    usedRandom = 0;
  }
  usedRandom += 16;
  return random.subarray(usedRandom - 16, usedRandom);
}
