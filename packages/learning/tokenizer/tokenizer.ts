/** Text to ids and back; ids equal those of Python's `tokenizers` on the same tokenizer.json. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** `<|endoftext|>`: ends a text. Never used as padding. */
  readonly endOfText: number;
  /** Adds no special token. */
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** The tokenizer.json it was made from. */
  readonly json: string;
}
