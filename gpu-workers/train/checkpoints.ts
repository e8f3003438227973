import type { Files } from '@laurel/learning';
import { type ArtifactStore, writeManifest } from '@laurel/storage/artifacts';
import { readFiles } from '../read-files.ts';

const MANIFEST = 'manifest.json';
/** The last, and the one before it in case the last cannot be read. */
const KEPT = 2;

/** A checkpoint that lies there but cannot be used, and why. */
export interface Unusable {
  step: number;
  reason: string;
}

/** A job's checkpoints: `<prefix>/<step>/…`, whole once their manifest is there. */
export class Checkpoints {
  readonly #store: ArtifactStore;
  readonly #prefix: string;

  constructor(store: ArtifactStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Writes the files, manifest last, then deletes all but the newest two. */
  async save(step: number, files: Files): Promise<void> {
    await writeManifest(this.#store, `${this.#prefix}/${step}`, files);
    const steps = [...(await this.#keysByStep()).keys()].toSorted((a, b) => b - a);
    for (const old of steps.filter((other) => other <= step).slice(KEPT)) await this.#delete(old);
  }

  /**
   * The newest whole checkpoint that passes `check`, or null; `onUnusable` hears of every newer one. What was not written, or not
   * deleted, to its end is deleted: the worker that was at it has died.
   */
  async latest(
    onUnusable: (unusable: Unusable) => void = () => undefined,
    check: (files: Files) => void = () => undefined,
  ): Promise<{ step: number; files: Files } | null> {
    const keysByStep = await this.#keysByStep();
    for (const [step, keys] of [...keysByStep].toSorted(([a], [b]) => b - a)) {
      if (keys.includes(`${this.#prefix}/${step}/${MANIFEST}`)) continue;
      onUnusable({ step, reason: 'It was not written to its end.' });
      await this.#delete(step);
      keysByStep.delete(step);
    }
    for (const step of [...keysByStep.keys()].toSorted((a, b) => b - a)) {
      try {
        const files = await readFiles(this.#store, `${this.#prefix}/${step}`);
        check(files);
        return { step, files };
      } catch (error) {
        onUnusable({ step, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    return null;
  }

  /** Where a checkpoint lies in the artifact store. */
  placeOf(step: number): string {
    return `${this.#prefix}/${step}/`;
  }

  /** The manifest goes first: what is half deleted is no checkpoint. */
  async #delete(step: number): Promise<void> {
    const folder = `${this.#prefix}/${step}`;
    await this.#store.delete(`${folder}/${MANIFEST}`);
    for (const key of await this.#store.list(`${folder}/`)) await this.#store.delete(key);
  }

  async #keysByStep(): Promise<Map<number, string[]>> {
    const keysByStep = new Map<number, string[]>();
    for (const key of await this.#store.list(`${this.#prefix}/`)) {
      const [, step] = /^(\d+)\//.exec(key.slice(this.#prefix.length + 1)) ?? [];
      if (step === undefined) continue; // the result, or the report
      keysByStep.set(Number(step), [...(keysByStep.get(Number(step)) ?? []), key]);
    }
    return keysByStep;
  }
}
