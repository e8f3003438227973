import { rateLimits } from '@laurel/storage';
import { lt, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';

/** How much may be done a minute. The bucket holds so much at most, and is filled again evenly. */
export interface RatePolicy {
  name: string;
  perMinute: number;
}

export interface Allowance {
  isGranted: boolean;
  /** About what is left. */
  remaining: number;
  /** Until the bucket is full again or, where nothing was granted, until there is something in it. */
  seconds: number;
}

/** What an instance has taken out of a bucket and not spent yet. */
interface Slice {
  taken: number;
  left: number;
  /** In the bucket, when it was taken. */
  remaining: number;
  /** Then what is left is given back; where nothing was to be had, nobody asks before. */
  untilMs: number;
}

export const WINDOW_SECONDS = 60;

/** An instance takes a hundredth of a bucket at most: by so much, each, could all instances together pass the limit for a moment. */
const LARGEST_SLICE = 1 / 100;
const SLICE_MS = 10_000;
const MOST_SLICES = 10_000;

/**
 * Token buckets in the database, for all instances together. So that not every request costs a statement, an instance takes
 * slices of a bucket, larger ones while it spends them quickly, and gives back what it does not need.
 */
export class RateLimiter {
  readonly #context: Pick<Context, 'db' | 'now'>;
  readonly #slices = new Map<string, Slice>();
  readonly #taking = new Map<string, Promise<void>>();

  constructor(context: Pick<Context, 'db' | 'now'>) {
    this.#context = context;
  }

  /** Takes one token out of a bucket, if there is one. */
  async spend(bucket: string, policy: RatePolicy): Promise<Allowance> {
    for (;;) {
      const slice = this.#slices.get(bucket);
      if (slice && slice.left > 0 && !this.#isOver(slice)) {
        slice.left -= 1;
        const remaining = slice.remaining + slice.left;
        const seconds = Math.ceil(((policy.perMinute - remaining) / policy.perMinute) * WINDOW_SECONDS);
        return { isGranted: true, remaining, seconds };
      }
      const refusal = this.refusal(bucket);
      if (refusal) return refusal;
      await this.#take(bucket, policy);
    }
  }

  /** That a bucket is known to be empty, without asking; null where it is not. */
  refusal(bucket: string): Allowance | null {
    const slice = this.#slices.get(bucket);
    if (!slice || slice.taken > 0 || this.#isOver(slice)) return null;
    const seconds = Math.max(1, Math.ceil((slice.untilMs - this.#nowMs()) / 1000));
    return { isGranted: false, remaining: 0, seconds };
  }

  #nowMs = () => this.#context.now().getTime();

  #isOver = ({ untilMs }: Slice) => this.#nowMs() >= untilMs;

  /** Of several requests that need a slice at once, one takes it. */
  #take(bucket: string, policy: RatePolicy): Promise<void> {
    const running = this.#taking.get(bucket);
    if (running) return running;
    const taking = this.#takeSlice(bucket, policy).finally(() => this.#taking.delete(bucket));
    this.#taking.set(bucket, taking);
    return taking;
  }

  async #takeSlice(bucket: string, { perMinute }: RatePolicy): Promise<void> {
    const { db, now } = this.#context;
    const { taken, left } = this.#slices.get(bucket) ?? { taken: 0, left: 0 };
    const wanted = Math.min(left > 0 ? taken - left : 2 * taken, Math.floor(perMinute * LARGEST_SLICE));
    const atLeastOne = Math.max(1, wanted);
    const passed = sql`greatest(0, extract(epoch from excluded.at - ${rateLimits.at}))`;
    const added = sql`${left}::double precision + ${perMinute}::double precision * ${passed} / ${WINDOW_SECONDS}`;
    const filled = sql`least(${perMinute}, ${rateLimits.tokens} + ${added})`;
    const granted = sql`least(${atLeastOne}, floor(${filled}))`;
    const [row] = await db
      .insert(rateLimits)
      .values({ bucket, tokens: perMinute - atLeastOne, at: now(), granted: atLeastOne })
      .onConflictDoUpdate({
        target: rateLimits.bucket,
        set: {
          tokens: sql`${filled} - ${granted}`,
          granted,
          at: sql`greatest(excluded.at, ${rateLimits.at})`, // instances' clocks differ
        },
      })
      .returning({ tokens: rateLimits.tokens, granted: rateLimits.granted });
    const { tokens, granted: given } = row as { tokens: number; granted: number };
    const waitMs = given > 0 ? SLICE_MS : ((1 - tokens) / perMinute) * WINDOW_SECONDS * 1000;
    this.#keep(bucket, {
      taken: given,
      left: given,
      remaining: Math.floor(tokens),
      untilMs: this.#nowMs() + Math.ceil(waitMs),
    });
  }

  /** Forgets the oldest when there are too many: addresses come and go. */
  #keep(bucket: string, slice: Slice): void {
    this.#slices.delete(bucket);
    this.#slices.set(bucket, slice);
    const [oldest] = this.#slices.keys();
    if (this.#slices.size > MOST_SLICES && oldest !== undefined) this.#slices.delete(oldest);
  }
}

/** Removes buckets that are full by now. */
export async function forgetFullBuckets({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  const begin = new Date(now().getTime() - WINDOW_SECONDS * 1000);
  await db.delete(rateLimits).where(lt(rateLimits.at, begin));
}
