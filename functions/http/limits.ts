import { Problem } from '@laurel/contracts';
import type { Context as HonoContext } from 'hono';
import type { Context } from '../context.ts';
import { type Allowance, RateLimiter, type RatePolicy, WINDOW_SECONDS } from '../limits/rate-limiter.ts';
import type { Caller } from '../use-cases/keys/authenticate.ts';
import { sha256 } from '../use-cases/secrets.ts';
import { addressOf } from './address-of.ts';

const MOST_KNOWN_KEYS = 1000;

/**
 * How often the API may be asked: by a project, and with wrong keys from one address. Answers say where the project stands in
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
 */
export class Limits {
  readonly #limiter: RateLimiter;
  readonly #requests: RatePolicy;
  readonly #wrongKeys: RatePolicy;
  /** Hashes of keys that opened lately: who uses them is not to suffer from others at the same address. */
  readonly #known = new Set<string>();

  constructor(context: Context) {
    const { requestsPerMinute, wrongKeysPerMinute } = context.limits;
    this.#limiter = new RateLimiter(context);
    this.#requests = { name: 'requests', perMinute: requestsPerMinute };
    this.#wrongKeys = { name: 'wrong-keys', perMinute: wrongKeysPerMinute };
  }

  /** Counts a request of a project. @throws {Problem} 429 */
  async countRequest(c: HonoContext, { projectId }: Pick<Caller, 'projectId'>): Promise<void> {
    const allowance = await this.#limiter.spend(`project:${projectId}`, this.#requests);
    tell(c, this.#requests, allowance);
    if (!allowance.isGranted) throw refused('This project has sent too many requests', this.#requests, allowance);
  }

  /** Lets a request try its token, unless too many wrong ones came from its address. @throws {Problem} 429; what trying it throws */
  async tryToken<Found>(c: HonoContext, token: string, open: () => Promise<Found>): Promise<Found> {
    const address = addressOf(c);
    if (address === null) return open();
    const hash = sha256(token);
    const bucket = `address:${address}`;
    const refusal = this.#limiter.refusal(bucket);
    if (refusal && !this.#known.has(hash)) throw this.#tooManyWrongKeys(c, refusal);
    try {
      const found = await open();
      this.#remember(hash);
      return found;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      this.#known.delete(hash);
      const allowance = await this.#limiter.spend(bucket, this.#wrongKeys);
      throw allowance.isGranted ? error : this.#tooManyWrongKeys(c, allowance);
    }
  }

  #tooManyWrongKeys(c: HonoContext, allowance: Allowance): Problem {
    tell(c, this.#wrongKeys, allowance);
    return refused('Too many wrong keys came from this address', this.#wrongKeys, allowance);
  }

  #remember(hash: string): void {
    this.#known.delete(hash);
    this.#known.add(hash);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN_KEYS && oldest !== undefined) this.#known.delete(oldest);
  }
}

function tell(c: HonoContext, { name, perMinute }: RatePolicy, { remaining, seconds }: Allowance): void {
  c.header('ratelimit-policy', `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  c.header('ratelimit', `"${name}";r=${remaining};t=${seconds}`);
}

function refused(what: string, { perMinute }: RatePolicy, { seconds }: Allowance): Problem {
  const detail = `${what}: ${perMinute} a minute are taken. Ask again in ${seconds} s.`;
  return new Problem(429, 'rate_limited', detail, { retryAfterSeconds: seconds });
}
