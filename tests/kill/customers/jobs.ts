import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RandomGenerator } from '@laurel/learning';
import type { Job } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Caller } from '../caller.ts';
import type { Customer } from '../customer.ts';
import { fingerprintOf, type Reference } from '../references.ts';
import { checkKilled } from './check-killed.ts';

const MOST_WAITING = 3;
const IDLE_MS = 300;

/** What was asked of a job last, which decides where it may stand. */
type Wish = 'go on' | 'pause' | 'cancel';

const MAY_BE: Record<Wish, readonly Job['state'][]> = {
  'go on': ['queued', 'running', 'succeeded', 'failed'],
  pause: ['pausing', 'paused', 'succeeded', 'failed'],
  cancel: ['cancelling', 'cancelled'],
};

interface Owned {
  reference: Reference;
  wish: Wish;
  /** As it was last seen, once it has ended for good. */
  ended?: Job;
}

/** Keeps a few jobs of all kinds going, pauses and cancels some, takes them up again, and knows what each has to come to. */
export class JobCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  readonly #references: readonly Reference[];
  readonly #tag: string;
  readonly #owned = new Map<string, Owned>();
  #created = 0;

  constructor(caller: Caller, random: RandomGenerator, references: readonly Reference[], tag: string) {
    this.#caller = caller;
    this.#random = random;
    this.#references = references;
    this.#tag = tag;
  }

  async act(): Promise<void> {
    const going = [...this.#owned].filter(([, { ended }]) => !ended);
    if (going.length < MOST_WAITING) return this.#create();
    await setTimeout(this.#random.uniform() * IDLE_MS);
    const [id, owned] = going[this.#random.integer(going.length)] as [string, Owned];
    const chance = this.#random.uniform();
    if (chance < 0.04) return this.#control(id, owned, 'pause');
    if (chance < 0.06) return this.#control(id, owned, 'cancel');
    await this.#follow(id, owned, await this.#caller.must(id, ({ jobs }) => jobs.get(id)));
  }

  async verify(): Promise<void> {
    const found = await this.#caller.must('The list', async ({ jobs }) => {
      const listed = new Map<string, Job>();
      for await (const job of jobs.list({ tags: this.#tag, limit: 100 })) listed.set(job.id, job);
      return listed;
    });
    promise(found.size === this.#owned.size, 'There are more or fewer jobs than were made.', [...found.keys()]);
    for (const [id, owned] of this.#owned) {
      const job = found.get(id);
      promise(job !== undefined, `${id} was acknowledged and is gone.`);
      await this.#follow(id, owned, job);
    }
  }

  async settle(): Promise<void> {
    for (const [id, owned] of this.#owned) {
      while (!owned.ended) {
        await this.#follow(id, owned, await this.#caller.must(id, ({ jobs }) => jobs.get(id)));
        await setTimeout(IDLE_MS);
      }
    }
  }

  /** All tries carry one idempotency key: however many of them arrive, they make one job. */
  async #create(): Promise<void> {
    const reference = this.#references[this.#random.integer(this.#references.length)] as Reference;
    const tags = [this.#tag, `${this.#tag}-${this.#created++}`];
    const job = await this.#caller.persistently('job', ({ jobs }) => jobs.create({ ...reference.spec, tags }));
    this.#owned.set(job.id, { reference, wish: 'go on' });
  }

  async #control(id: string, owned: Owned, wish: 'pause' | 'cancel'): Promise<void> {
    const outcome = await this.#caller.once(wish, ({ jobs }) => jobs[wish](id));
    const isTold = outcome !== 'lost' && outcome !== 'refused';
    const job = isTold ? outcome.answer : await this.#caller.must(id, ({ jobs }) => jobs.get(id));
    const isGoing = job.state === 'queued' || job.state === 'running';
    promise(outcome !== 'refused' || !isGoing, `${wish} was refused of a job that goes on.`, job);
    if (isTold || (outcome === 'lost' && isUnder(wish, job))) owned.wish = wish;
    await this.#follow(id, owned, job);
  }

  /** Judges where a job stands, and takes it up again where it has stopped short of its end. */
  async #follow(id: string, owned: Owned, job: Job): Promise<void> {
    const { reference, ended } = owned;
    if (ended) return promise(isDeepStrictEqual(job, ended), 'A job that had ended has changed.', ended, job);
    promise(MAY_BE[owned.wish].includes(job.state), `A job that was to ${owned.wish} is ${job.state}.`, job);
    if (job.state === 'paused') return this.#again(id, owned, 'resume');
    if (job.state === 'cancelled') return this.#again(id, owned, 'retry');
    if (job.state === 'failed') {
      checkKilled(job, this.#caller.installation);
      return this.#again(id, owned, 'retry');
    }
    if (job.state !== 'succeeded') return;
    const fingerprint = await this.#caller.must(`The result of ${id}`, (laurel) => fingerprintOf(laurel, job));
    promise(fingerprint === reference.fingerprint, 'A job made something else than when it is undisturbed.', job);
    owned.ended = job;
  }

  async #again(id: string, owned: Owned, how: 'resume' | 'retry'): Promise<void> {
    const outcome = await this.#caller.once(how, ({ jobs }) => jobs[how](id));
    promise(outcome !== 'refused', `${how} was refused.`);
    if (outcome === 'lost') {
      const { state } = await this.#caller.must(id, ({ jobs }) => jobs.get(id));
      if (state === 'paused' || state === 'cancelled' || state === 'failed') return;
    }
    owned.wish = 'go on';
  }
}

const isUnder = (wish: 'pause' | 'cancel', { state }: Job) =>
  wish === 'pause' ? state === 'pausing' || state === 'paused' : state === 'cancelling' || state === 'cancelled';
