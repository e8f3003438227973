import type { PromptParts, TruncationRule } from '@laurel/contracts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { DoesNotFit, type EncodedPrompt, encodeCompletion, encodePrompt } from './encode.ts';

/** A prompt and one completion of it, as tokens. */
export interface Sequence {
  /** The same array in every sequence that shares it: sequences side by side have it computed once. */
  prompt: readonly number[];
  completion: readonly number[];
  truncated: boolean;
}

/**
 * A shortened prompt leaves room for its completion in steps of this share of the context, so that nearly all completions
 * of a long post see the same prompt.
 */
const ROOM_STEPS = 8;

/**
 * A prompt with each of its completions, within the context. What becomes of one completion does not depend on the
 * others (detail 5).
 * @throws {DoesNotFit}
 */
export function encodeSequences(
  tokenizer: Tokenizer,
  context: number,
  item: { prompt: PromptParts; completions: readonly string[] },
  rule: TruncationRule = 'post',
): Sequence[] {
  const step = Math.max(1, Math.floor(context / ROOM_STEPS));
  const whole = encodePrompt(tokenizer, item.prompt, Number.POSITIVE_INFINITY);
  const shortened = new Map<number, EncodedPrompt>();
  return item.completions.map((text) => {
    const completion = encodeCompletion(tokenizer, text);
    if (whole.tokens.length + completion.length <= context) {
      return { prompt: whole.tokens, completion, truncated: false };
    }
    const limit = context - step * Math.ceil(completion.length / step);
    const prompt = shortened.get(limit) ?? encodePrompt(tokenizer, item.prompt, limit, rule);
    shortened.set(limit, prompt);
    return { prompt: prompt.tokens, completion, truncated: true };
  });
}

/** `encode` of every row that fits; the others are counted, for the record. */
export function encodeFitting<Row, Encoded>(
  rows: readonly Row[],
  encode: (row: Row) => Encoded,
): { encoded: Encoded[]; leftOut: number } {
  const encoded: Encoded[] = [];
  for (const row of rows) {
    try {
      encoded.push(encode(row));
    } catch (error) {
      if (!(error instanceof DoesNotFit)) throw error;
    }
  }
  return { encoded, leftOut: rows.length - encoded.length };
}
