import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { Tokenizer } from './tokenizer.ts';

const END_OF_TEXT = '<|endoftext|>';

/**
 * A tokenizer from the text of a tokenizer.json. Spaces are kept exactly as Python's `tokenizers` keeps them: a leading
 * space is part of the first token (detail 2), and decoding cleans nothing up. Throws if the text is not a
 * tokenizer.json or has no `<|endoftext|>`.
 */
export function loadTokenizer(json: string): Tokenizer {
  const tokenizer = parse(json);
  const endOfText = tokenizer.token_to_id(END_OF_TEXT);
  if (endOfText === undefined) throw new Error(`tokenizer.json has no token ${END_OF_TEXT}; add it as a special token`);
  let largestId = 0;
  for (const id of tokenizer.get_vocab().values()) largestId = Math.max(largestId, id);
  return {
    json,
    endOfText,
    vocabularySize: largestId + 1,
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) =>
      ids.length === 0 // which the library refuses
        ? ''
        : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}

function parse(json: string): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(JSON.parse(json), {});
  } catch (cause) {
    throw new Error(`tokenizer.json cannot be read: ${(cause as Error).message}`, { cause });
  }
}
