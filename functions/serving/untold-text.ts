import type { GenerationDelta } from '@laurel/contracts';

/** Texts that come again from their beginning after a break: what has been told of them is left out. */
export class UntoldText {
  /** Characters, by prompt and sample. */
  readonly #told = new Map<string, number>();
  #come = new Map<string, number>();

  beginAgain(): void {
    this.#come = new Map();
  }

  /** What of a piece is new; null where nothing is. */
  rest({ prompt, sample, text }: GenerationDelta): GenerationDelta | null {
    const which = `${prompt} ${sample}`;
    const come = this.#come.get(which) ?? 0;
    const told = this.#told.get(which) ?? 0;
    this.#come.set(which, come + text.length);
    const rest = text.slice(Math.max(0, told - come));
    if (rest === '') return null;
    this.#told.set(which, come + text.length);
    return { prompt, sample, text: rest };
  }
}
