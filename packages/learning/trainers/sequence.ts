import type { PromptParts, SequenceRule } from '@laurel/contracts';
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
 * A prompt's encoder: each of its completions with the prompt, within the context. What becomes of one completion does not depend
 * on the others (detail 5).
 * @throws {DoesNotFit} when called
 */
export function sequenceEncoder(
  tokenizer: Tokenizer,
  context: number,
  prompt: PromptParts,
  rule: SequenceRule = 'post',
): (completion: string) => Sequence {
  const step = Math.max(1, Math.floor(context / ROOM_STEPS));
  const encodeWhole = (parts: PromptParts) => encodePrompt(tokenizer, parts, Number.POSITIVE_INFINITY);
  const promptRule = rule === 'completion' ? 'post' : rule;
  const whole = encodeWhole(prompt);
  const shortened = new Map<number, EncodedPrompt>();
  return (text) => {
    let completion = encodeCompletion(tokenizer, text);
    if (whole.tokens.length + completion.length <= context) {
      return { prompt: whole.tokens, completion, truncated: false };
    }
    if (rule === 'completion') {
      const room = context - encodeWhole({ ...prompt, post: '' }).tokens.length;
      completion = cutEnd(completion, step * Math.floor(room / step));
    }
    const limit = context - step * Math.ceil(completion.length / step);
    const fitting = shortened.get(limit) ?? encodePrompt(tokenizer, prompt, limit, promptRule);
    shortened.set(limit, fitting);
    return { prompt: fitting.tokens, completion, truncated: true };
  };
}

/** A completion in at most `limit` tokens, with its end of text. Where there is no room at all it is left to not fit. */
function cutEnd(completion: number[], limit: number): number[] {
  if (limit < 1 || completion.length <= limit) return completion;
  return [...completion.slice(0, limit - 1), ...completion.slice(-1)];
}

/** A prompt with each of its completions. @throws {DoesNotFit} */
export function encodeSequences(
  tokenizer: Tokenizer,
  context: number,
  item: { prompt: PromptParts; completions: readonly string[] },
  rule?: SequenceRule,
): Sequence[] {
  const encode = sequenceEncoder(tokenizer, context, item.prompt, rule);
  return item.completions.map((text) => encode(text));
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
