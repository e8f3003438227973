import type { RandomGenerator } from '@laurel/learning';
import { promise } from '../broken-promise.ts';
import type { Caller } from '../caller.ts';
import type { Customer } from '../customer.ts';

const ITEMS = Array.from({ length: 8 }, (_, i) => ({
  prompt: `A post, the ${i + 1}th of some.`,
  completions: ['A summary.', 'Another summary, which is longer.'],
}));
const TOLERANCE = 1e-4;

/** Asks endpoints for scores, which come however often what computes them is killed, and are the same each time. */
export class ScoreCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  readonly #names: readonly string[];
  readonly #undisturbed: readonly (readonly number[])[];

  private constructor(
    caller: Caller,
    random: RandomGenerator,
    names: readonly string[],
    undisturbed: readonly (readonly number[])[],
  ) {
    this.#caller = caller;
    this.#random = random;
    this.#names = names;
    this.#undisturbed = undisturbed;
  }

  /** Publishes the models and scores with them, before anything is killed. */
  static async create(caller: Caller, random: RandomGenerator, models: readonly string[]): Promise<ScoreCustomer> {
    const names = models.map((_, i) => `scores-${i}`);
    const undisturbed: number[][] = [];
    const { endpoints } = caller.installation.client();
    for (const [i, name] of names.entries()) {
      await endpoints.create({ name, model_version: models[i] ?? '' });
      const { items } = await endpoints.score(name, { items: ITEMS });
      undisturbed.push(items.flatMap(({ scores }) => scores.map(({ score }) => score)));
    }
    return new ScoreCustomer(caller, random, names, undisturbed);
  }

  async act(): Promise<void> {
    const i = this.#random.integer(this.#names.length);
    const first = this.#random.integer(ITEMS.length);
    const name = this.#names[i] ?? '';
    const items = ITEMS.slice(first);
    const answer = await this.#caller.persistently('score', ({ endpoints }) => endpoints.score(name, { items }));
    const scores = answer.items.flatMap((item) => item.scores.map(({ score }) => score));
    const expected = this.#undisturbed[i]?.slice(2 * first) ?? [];
    const isSame = scores.every((score, at) => Math.abs(score - (expected[at] ?? Number.NaN)) < TOLERANCE);
    promise(isSame && scores.length === expected.length, 'A score is another than before.', scores, expected);
  }

  verify(): Promise<void> {
    return Promise.resolve();
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }
}
