/** Text to ids and back; ids equal those of Python's `tokenizers` on the same tokenizer.json. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Ends a text, such as `<|endoftext|>`. Never used as padding. */
  readonly endOfText: number;
  /** What the tokenizer puts before a text that begins, such as Llama's `<s>`; GPT-2, GPT-NeoX and Qwen2 have none. */
  readonly beginning: readonly number[];
  /** Texts of the special tokens, by id. */
  readonly specialTokens: ReadonlyMap<number, string>;
  /** Adds no special token, and what Llama 2's normaliser adds: a space before the text. */
  encode(text: string): number[];
  /**
   * The tokens of `" " + text` after something else, whose tokens they follow. A tokenizer that puts a space before every text
   * (Llama 2's) is given the text alone, so that there is one space and not two.
   */
  encodeContinuation(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** The tokenizer.json it was made from. */
  readonly json: string;
}
