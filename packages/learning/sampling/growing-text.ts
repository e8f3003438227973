import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** What stands for bytes that are no character yet: the rest of it is in tokens to come. */
const UNFINISHED = /�+$/;

/** The text of a sample while it is drawn, told piece by piece; what was told is never taken back. */
export class GrowingText {
  readonly #tokenizer: Tokenizer;
  /** Tokens from here are decoded again each time: a token's text may depend on the one before it. */
  #from = 0;
  /** Tokens that have been told. */
  #to = 0;
  #told = '';

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** What the tokens, of which there may be new ones, add to the text. Empty while a character is unfinished. */
  growTo(tokens: readonly number[]): string {
    if (tokens.length === this.#to) return '';
    const before = this.#tokenizer.decode(tokens.slice(this.#from, this.#to));
    const after = this.#tokenizer.decode(tokens.slice(this.#from));
    if (UNFINISHED.test(after) || !after.startsWith(before)) return '';
    this.#from = this.#to;
    this.#to = tokens.length;
    return this.#tell(after.slice(before.length));
  }

  /** What is missing from the whole text. */
  end(text: string): string {
    return text.slice(this.#told.length);
  }

  /** A text begins with its first word. */
  #tell(text: string): string {
    const told = this.#told === '' ? text.trimStart() : text;
    this.#told += told;
    return told;
  }
}
