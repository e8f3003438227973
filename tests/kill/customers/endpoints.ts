import { isDeepStrictEqual } from 'node:util';
import type { RandomGenerator } from '@laurel/learning';
import type { Deployment, Endpoint, EndpointVersion } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Caller, Outcome } from '../caller.ts';
import type { Customer } from '../customer.ts';

const MOST_ENDPOINTS = 6;

/** All that an endpoint is and was; versions and deployments in the order in which they were made. */
interface Snapshot {
  endpoint: Endpoint;
  versions: EndpointVersion[];
  deployments: Deployment[];
}

/** How much longer the two histories are after a change. */
interface Growth {
  versions: 0 | 1;
  deployments: 0 | 1;
}

/** Makes endpoints, publishes to them, routes their traffic and rolls back. */
export class EndpointCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  readonly #models: readonly string[];
  readonly #known = new Map<string, Snapshot>();
  #named = 0;

  constructor(caller: Caller, random: RandomGenerator, models: readonly string[]) {
    this.#caller = caller;
    this.#random = random;
    this.#models = models;
  }

  async act(): Promise<void> {
    const known = [...this.#known.values()];
    const chance = this.#random.uniform();
    const before = known.length === 0 ? undefined : known[this.#random.integer(known.length)];
    if (!before || (chance < 0.2 && known.length < MOST_ENDPOINTS)) return this.#create();
    if (chance < 0.55) return this.#publish(before);
    return chance < 0.8 ? this.#route(before) : this.#rollBack(before);
  }

  async verify(): Promise<void> {
    for (const before of this.#known.values()) {
      const after = await this.#look(before.endpoint.id);
      promise(isDeepStrictEqual(after, before), 'An endpoint has changed.', before, after);
    }
    const listed = await this.#list();
    promise(listed.length === this.#known.size, 'An endpoint is there that nobody made.', listed);
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  async #create(): Promise<void> {
    const name = `kill-${this.#named++}`;
    const model_version = this.#model();
    const outcome = await this.#caller.once('endpoint', ({ endpoints }) => endpoints.create({ name, model_version }));
    const made = (await this.#list()).filter((each) => each.name === name);
    const isRight = outcome === 'lost' ? made.length <= 1 : made.length === (outcome === 'refused' ? 0 : 1);
    promise(isRight, `An endpoint was made ${made.length} times.`, outcome, made);
    if (!made[0]) return;
    if (outcome !== 'lost' && outcome !== 'refused')
      promise(isDeepStrictEqual(made[0], outcome.answer), 'It is another.');
    const snapshot = await this.#look(made[0].id);
    const [version, deployment] = [snapshot.versions[0], snapshot.deployments[0]];
    const isWhole = version?.model_version === model_version && deployment?.cause === 'create';
    promise(isWhole, 'An endpoint is half made.', snapshot);
    this.#known.set(made[0].id, snapshot);
  }

  async #publish(before: Snapshot): Promise<void> {
    const live = this.#random.uniform() < 0.6;
    const published = { model_version: this.#model(), live };
    const { id } = before.endpoint;
    const outcome = await this.#caller.once('publish', ({ endpoints }) => endpoints.publish(id, published));
    const after = await this.#change(before, outcome, { versions: 1, deployments: live ? 1 : 0 });
    if (outcome === 'lost' || outcome === 'refused') return;
    promise(isDeepStrictEqual(after.versions.at(-1), outcome.answer), 'Another version was published.', after);
  }

  async #route(before: Snapshot): Promise<void> {
    const number = () => 1 + this.#random.integer(before.versions.length);
    const live = number();
    const other = number();
    const split = other === live ? [] : [{ version: other, share: 0.25 }];
    const traffic = { live, split, shadow: this.#random.uniform() < 0.5 ? number() : null };
    const { id } = before.endpoint;
    const outcome = await this.#caller.once('route', ({ endpoints }) => endpoints.route(id, traffic));
    promise(outcome !== 'refused', 'Good traffic was refused.', traffic);
    await this.#deployed(before, outcome);
  }

  async #rollBack(before: Snapshot): Promise<void> {
    const { id } = before.endpoint;
    await this.#deployed(before, await this.#caller.once('rollback', ({ endpoints }) => endpoints.rollback(id)));
  }

  async #deployed(before: Snapshot, outcome: Outcome<Deployment>): Promise<void> {
    const after = await this.#change(before, outcome, { versions: 0, deployments: 1 });
    if (outcome === 'lost' || outcome === 'refused') return;
    promise(isDeepStrictEqual(after.deployments.at(-1), outcome.answer), 'Another deployment was made.', after);
  }

  /** What was acknowledged has happened, what was refused has not, and what was lost has wholly or not at all. */
  async #change(before: Snapshot, outcome: Outcome<unknown>, growth: Growth): Promise<Snapshot> {
    const after = await this.#look(before.endpoint.id);
    const isSame = isDeepStrictEqual(after, before);
    const isChanged =
      isGrown(before.versions, after.versions, growth.versions) &&
      isGrown(before.deployments, after.deployments, growth.deployments);
    const isRight = outcome === 'lost' ? isSame || isChanged : outcome === 'refused' ? isSame : isChanged;
    promise(isRight, 'An endpoint is not as it was told.', outcome, before, after);
    this.#known.set(before.endpoint.id, after);
    return after;
  }

  /** @throws {BrokenPromise} unless its newest deployment is what it answers by, and no version is missing */
  async #look(id: string): Promise<Snapshot> {
    const snapshot = await this.#caller.must(id, async ({ endpoints }) => {
      const [versions, deployments]: [EndpointVersion[], Deployment[]] = [[], []];
      for await (const version of endpoints.versions(id, { limit: 100 })) versions.unshift(version);
      for await (const deployment of endpoints.deployments(id, { limit: 100 })) deployments.unshift(deployment);
      return { endpoint: await endpoints.get(id), versions, deployments };
    });
    const { endpoint, versions, deployments } = snapshot;
    const isAnswering = isDeepStrictEqual(trafficOf(endpoint), trafficOf(deployments.at(-1)));
    promise(isAnswering, 'An endpoint answers otherwise than its newest deployment says.', snapshot);
    promise(
      versions.every(({ number }, i) => number === i + 1),
      'An endpoint lacks a version.',
      snapshot,
    );
    return snapshot;
  }

  #list(): Promise<Endpoint[]> {
    return this.#caller.must('The list', async ({ endpoints }) => {
      const listed: Endpoint[] = [];
      for await (const endpoint of endpoints.list({ limit: 100 })) {
        if (endpoint.name.startsWith('kill-')) listed.push(endpoint);
      }
      return listed;
    });
  }

  #model(): string {
    return this.#models[this.#random.integer(this.#models.length)] ?? '';
  }
}

const isGrown = (before: readonly unknown[], after: readonly unknown[], by: number) =>
  after.length === before.length + by && isDeepStrictEqual(after.slice(0, before.length), before);

const trafficOf = (answering: Endpoint | Deployment | undefined) => [
  answering?.live_version,
  answering?.split,
  answering?.shadow_version,
];
