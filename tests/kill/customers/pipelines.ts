import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RandomGenerator } from '@laurel/learning';
import type { Pipeline } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Caller } from '../caller.ts';
import type { Customer } from '../customer.ts';
import { fingerprintOf, type References } from '../references.ts';
import { checkKilled } from './check-killed.ts';

const IDLE_MS = 500;

/** Runs one pipeline after the other, cancels some, and restarts what was cancelled or failed. */
export class PipelineCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  readonly #reference: References['pipeline'];
  readonly #ended: Pipeline[] = [];
  #going: string | undefined;
  /** Stages that had begun when the going one was cancelled: none may follow. */
  #cancelledAfter: number | undefined;
  #created = 0;

  constructor(caller: Caller, random: RandomGenerator, reference: References['pipeline']) {
    this.#caller = caller;
    this.#random = random;
    this.#reference = reference;
  }

  async act(): Promise<void> {
    if (this.#going === undefined) return this.#create();
    await setTimeout(IDLE_MS);
    if (this.#random.uniform() < 0.03) return this.#cancel(this.#going);
    await this.#follow(this.#going);
  }

  async verify(): Promise<void> {
    for (const pipeline of this.#ended) {
      const found = await this.#get(pipeline.id);
      promise(isDeepStrictEqual(found, pipeline), 'A pipeline that had ended has changed.', pipeline, found);
    }
    if (this.#going !== undefined) await this.#follow(this.#going);
  }

  async settle(): Promise<void> {
    while (this.#going !== undefined) {
      await this.#follow(this.#going);
      await setTimeout(IDLE_MS);
    }
  }

  async #create(): Promise<void> {
    const name = `kill-${this.#created++}`;
    const spec = { name, ...this.#reference.spec };
    const { id } = await this.#caller.persistently('pipeline', ({ pipelines }) => pipelines.create(spec));
    this.#going = id;
    const same = await this.#caller.must('The list', async ({ pipelines }) => {
      const listed = [];
      for await (const pipeline of pipelines.list({ limit: 100 }))
        if (pipeline.spec.name === name) listed.push(pipeline.id);
      return listed;
    });
    promise(isDeepStrictEqual(same, [id]), 'A pipeline was made twice.', same);
  }

  async #cancel(id: string): Promise<void> {
    const outcome = await this.#caller.once('cancel pipeline', ({ pipelines }) => pipelines.cancel(id));
    if (outcome === 'refused') return; // none of its stages is under way
    if (outcome !== 'lost') this.#cancelledAfter = begunOf(outcome.answer).length;
    await this.#follow(id);
  }

  async #follow(id: string): Promise<void> {
    const pipeline = await this.#get(id);
    const begun = begunOf(pipeline);
    const hasGoneOn = this.#cancelledAfter !== undefined && begun.length > this.#cancelledAfter;
    promise(!hasGoneOn, 'A pipeline was cancelled and went on.', pipeline);
    for (const stage of begun.slice(0, -1)) {
      promise(stage.state === 'succeeded', 'A stage was begun before the one before it had succeeded.', pipeline);
    }
    if (pipeline.state === 'succeeded') return this.#end(pipeline);
    if (pipeline.state !== 'failed' && pipeline.state !== 'cancelled') return;
    const job = begun.at(-1)?.job ?? '';
    const stopped = await this.#caller.must(job, ({ jobs }) => jobs.get(job));
    if (stopped.state === 'failed') checkKilled(stopped, this.#caller.installation);
    const outcome = await this.#caller.once('restart', ({ pipelines }) => pipelines.restart(id));
    promise(outcome !== 'refused', 'A restart was refused.', pipeline);
    this.#cancelledAfter = undefined;
  }

  async #end(pipeline: Pipeline): Promise<void> {
    const { stages } = pipeline;
    promise(stages.length === this.#reference.fingerprints.length, 'A pipeline ended before its last stage.', pipeline);
    for (const [i, stage] of stages.entries()) {
      const fingerprint = await this.#caller.must(stage.job ?? '', async (laurel) =>
        fingerprintOf(laurel, await laurel.jobs.get(stage.job ?? '')),
      );
      const isSame = fingerprint === this.#reference.fingerprints[i];
      promise(isSame, `The stage ${stage.name} made something else than when it is undisturbed.`, pipeline);
    }
    this.#ended.push(pipeline);
    this.#going = undefined;
    this.#cancelledAfter = undefined;
  }

  #get(id: string): Promise<Pipeline> {
    return this.#caller.must(id, ({ pipelines }) => pipelines.get(id));
  }
}

const begunOf = ({ stages }: Pipeline) => stages.filter(({ job }) => job !== null);
