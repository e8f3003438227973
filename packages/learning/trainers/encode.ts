import type { PromptParts, TruncationRule } from '@laurel/contracts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** A prompt's tokens, and whether some of its text was left out. */
export interface EncodedPrompt {
  tokens: number[];
  truncated: boolean;
}

/** A text that cannot be made to fit the model's context. */
export class DoesNotFit extends Error {
  override name = 'DoesNotFit';
  readonly code = 'does_not_fit';
}

/**
 * Detail 2: the leading space and the end of text, `" " + text + <|endoftext|>`, or what ends a text in the tokenizer's family.
 * Comparison texts may have the space already.
 */
export function encodeCompletion(tokenizer: Tokenizer, text: string): number[] {
  return [...tokenizer.encodeContinuation(text.trimStart()), tokenizer.endOfText];
}

/**
 * A prompt in at most `limit` tokens. `rule` says what gives way when it is longer: `post` cuts the post (detail 1),
 * `right` the end of the tokens, `error` nothing.
 * @throws {DoesNotFit} when there is no room at all, when the rule is `error`, or when even an empty post leaves the prompt too long.
 */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: PromptParts,
  limit: number,
  rule: TruncationRule = 'post',
): EncodedPrompt {
  const tokens = encodeText(tokenizer, prompt.head + prompt.post + prompt.tail);
  if (tokens.length <= limit) return { tokens, truncated: false };
  if (limit < 1) {
    const remedy = 'shorten the completion, or use a model with a longer context.';
    throw new DoesNotFit(`The completion leaves no room for a prompt in the model's context: ${remedy}`);
  }
  if (rule === 'error') {
    throw new DoesNotFit(
      `The prompt has ${tokens.length} tokens and there is room for ${limit}: shorten the post, or allow truncation.`,
    );
  }
  if (rule === 'right') return { tokens: tokens.slice(0, limit), truncated: true };
  return { tokens: truncatePost(tokenizer, prompt, limit), truncated: true };
}

/** Detail 1: cut the post at its last newline, else by one character, and encode again, until it fits. */
function truncatePost(tokenizer: Tokenizer, { head, post, tail }: PromptParts, limit: number): number[] {
  let rest = post;
  const end = firstEndWorthTrying(tokenizer, head + post, head.length, limit);
  while (rest.length > 0) {
    rest = cutOnce(rest);
    if (head.length + rest.length > end) continue; // known not to fit
    const tokens = encodeText(tokenizer, head + rest + tail);
    if (tokens.length <= limit) return tokens;
  }
  throw new DoesNotFit(
    `Without any of its post the prompt still has more than ${limit} tokens, the room that the model's context and the ` +
      'completion leave: shorten the title or the completion, or use a model with a longer context.',
  );
}

/** A text from its beginning, which some tokenizers mark by a token. */
const encodeText = (tokenizer: Tokenizer, text: string) => [...tokenizer.beginning, ...tokenizer.encode(text)];

function cutOnce(post: string): string {
  const newline = post.lastIndexOf('\n');
  if (newline >= 0) return post.slice(0, newline);
  const isSurrogatePair = /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(post);
  return post.slice(0, isSurrogatePair ? -2 : -1);
}

/**
 * The largest length of `text` that could fit. No token goes on across the one space between two words, so the tokens up to
 * such a space are the same however the text goes on, and their number only grows: where they alone are too many, so is
 * every longer text. Saves encoding a long post once for each of its characters.
 */
function firstEndWorthTrying(tokenizer: Tokenizer, text: string, from: number, limit: number): number {
  const spaces = Array.from(text.slice(from).matchAll(/(?<=\S) (?=\S)/g), ({ index }) => from + index);
  let fits = -1; // an index into `spaces`; −1 stands for `from`
  let tooLong = spaces.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (encodeText(tokenizer, text.slice(0, spaces[middle])).length <= limit) fits = middle;
    else tooLong = middle;
  }
  return spaces[tooLong] ?? text.length;
}
