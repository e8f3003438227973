import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RandomGenerator } from '@laurel/learning';
import type { Dataset } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Caller } from '../caller.ts';
import type { Customer } from '../customer.ts';

const MOST_KEPT = 8;
const MOST_ROWS = 1_500;
const PIECES = 10;
/** The share of uploads that are sent again under the same key until they are acknowledged. */
const PERSISTENT = 0.4;
const LONGEST_PAUSE_MS = 150;

/** A dataset that is there, and its rows as JSON Lines. */
interface Kept {
  dataset: Dataset;
  lines: string;
}

/** Uploads, appends and deletes, slowly enough to be disturbed. Some uploads are equal, and share their rows within the service. */
export class DatasetCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  /** What the names of its datasets begin with. */
  readonly #prefix: string;
  readonly #kept = new Map<string, Kept>();
  readonly #deleted = new Set<string>();
  #named = 0;

  constructor(caller: Caller, random: RandomGenerator, name: string) {
    this.#caller = caller;
    this.#random = random;
    this.#prefix = `kill-${name}-`;
  }

  act(): Promise<void> {
    const kept = this.#one([...this.#kept.values()]);
    const chance = this.#random.uniform();
    if (!kept || (chance < 0.5 && this.#kept.size < MOST_KEPT)) return this.#upload();
    return chance < 0.7 ? this.#append(kept) : this.#delete(kept);
  }

  async verify(): Promise<void> {
    await this.#strangers('', '');
    for (const id of this.#deleted) {
      promise(
        (await this.#caller.read(({ datasets }) => datasets.get(id))) === null,
        `${id} was deleted and is there.`,
      );
    }
    for (const kept of this.#kept.values()) await this.#check(kept);
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  async #upload(): Promise<void> {
    const twin = this.#random.uniform() < 0.2 ? this.#one([...this.#kept.values()]) : undefined;
    const lines = twin?.lines ?? this.#newLines();
    const name = `${this.#prefix}${this.#named++}`;
    if (this.#random.uniform() < PERSISTENT) return this.#uploadPersistently(name, lines);
    const outcome = await this.#caller.once('upload', ({ datasets }) =>
      datasets.upload({ kind: 'text', name }, this.#slowly(lines)),
    );
    await this.#take(outcome, lines, name);
  }

  /** All tries carry one idempotency key: they make one dataset. */
  async #uploadPersistently(name: string, lines: string): Promise<void> {
    const answer = await this.#caller.persistently('upload, persistently', ({ datasets }) =>
      datasets.upload({ kind: 'text', name }, lines),
    );
    await this.#take({ answer }, lines, name);
    await this.#strangers('', '');
  }

  async #append({ dataset, lines }: Kept): Promise<void> {
    const more = this.#newLines();
    const outcome = await this.#caller.once('append', ({ datasets }) =>
      datasets.append(dataset.id, this.#slowly(more)),
    );
    await this.#take(outcome, lines + more, dataset.name);
  }

  /** What was acknowledged is there; what was lost may be, if it is whole. */
  async #take(outcome: { answer: Dataset } | 'refused' | 'lost', lines: string, name: string): Promise<void> {
    promise(outcome !== 'refused', 'A good upload was refused.');
    const dataset = outcome === 'lost' ? await this.#strangers(name, lines) : outcome.answer;
    if (!dataset) return;
    const kept = { dataset, lines };
    await this.#check(kept);
    this.#kept.set(dataset.id, kept);
  }

  async #delete(kept: Kept): Promise<void> {
    const { id } = kept.dataset;
    const outcome = await this.#caller.once('delete', ({ datasets }) => datasets.delete(id));
    promise(outcome !== 'refused', 'A deletion was refused.');
    if (outcome === 'lost' && (await this.#caller.read(({ datasets }) => datasets.get(id)))) return this.#check(kept);
    this.#kept.delete(id);
    this.#deleted.add(id);
  }

  /** Whole and as it was: what is told of it, and every byte. */
  async #check({ dataset, lines }: Kept): Promise<void> {
    const { id } = dataset;
    const found = await this.#caller.must(id, ({ datasets }) => datasets.get(id));
    promise(isDeepStrictEqual(found, dataset), 'A dataset has changed.', dataset, found);
    promise(found.state === 'ready' && found.sha256 === sha256(lines), 'A dataset is not whole.', found);
    const text = await this.#caller.must(id, async ({ datasets }) =>
      new Response(await datasets.export(id, { shape: 'stored' })).text(),
    );
    promise(text === lines, `The rows of ${id} are others than were sent.`);
  }

  /** The one dataset that is there and was not acknowledged: what was asked for when the service was killed. */
  async #strangers(name: string, lines: string): Promise<Dataset | undefined> {
    const all = await this.#caller.must('The list', async ({ datasets }) => {
      const listed = [];
      for await (const dataset of datasets.list({ limit: 100 })) listed.push(dataset);
      return listed;
    });
    const mine = all.filter((each) => each.name.startsWith(this.#prefix));
    const strangers = mine.filter(({ id }) => !this.#kept.has(id));
    const isIt = (each: Dataset) => each.name === name && each.state === 'ready' && each.sha256 === sha256(lines);
    promise(strangers.length <= 1 && strangers.every(isIt), 'A dataset is there that nobody made.', strangers);
    const isListed = new Set(mine.map(({ id }) => id));
    for (const id of this.#kept.keys()) promise(isListed.has(id), `${id} was acknowledged and is not listed.`);
    return strangers[0];
  }

  #newLines(): string {
    const rows = 1 + this.#random.integer(MOST_ROWS);
    const text = () => `${this.#random.integer(2 ** 30).toString(36)} is what row says`;
    return Array.from({ length: rows }, () => `${JSON.stringify({ text: text() })}\n`).join('');
  }

  async *#slowly(lines: string): AsyncGenerator<string> {
    const size = Math.ceil(lines.length / PIECES);
    const pauseMs = this.#random.uniform() * LONGEST_PAUSE_MS;
    for (let start = 0; start < lines.length; start += size) {
      yield lines.slice(start, start + size);
      await setTimeout(pauseMs);
    }
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.#random.integer(items.length)];
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
