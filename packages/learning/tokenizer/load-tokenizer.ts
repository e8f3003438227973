import { ByteFallbackDecoder, Tokenizer as HuggingFaceTokenizer, SequenceDecoder } from '@huggingface/tokenizers';
import { ExactByteFallback } from './byte-fallback.ts';
import { rememberWords } from './remember-words.ts';
import type { Tokenizer } from './tokenizer.ts';
import { END_OF_TEXT } from './train-bpe.ts';

/** What is read of a tokenizer.json beside what the library reads. */
interface TokenizerFile {
  added_tokens: { id: number; content: string; special: boolean }[];
  normalizer: Normalizer | null;
}
interface Normalizer {
  type: string;
  normalizers?: Normalizer[];
}

/**
 * A tokenizer from the text of a tokenizer.json: byte-level BPE (GPT-2, GPT-NeoX, Llama 3, Qwen2), or BPE with byte fall-back
 * (Llama 2). Spaces are kept exactly as Python's `tokenizers` keeps them: a leading space is part of the first token
 * (detail 2), and decoding cleans nothing up.
 * @param endOfText id of the token that ends a text; left out, that of `<|endoftext|>`
 * @throws where the text is not a tokenizer.json or has no such token
 */
export function loadTokenizer(json: string, endOfText?: number): Tokenizer {
  const { tokenizer, file } = parse(json);
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const prependsSpace = hasStep(file.normalizer, 'Prepend');
  let largestId = 0;
  for (const id of tokenizer.get_vocab().values()) largestId = Math.max(largestId, id);
  return {
    json,
    endOfText: endOfTextOf(tokenizer, largestId, endOfText),
    vocabularySize: largestId + 1,
    beginning: beginningOf(tokenizer),
    specialTokens: new Map(file.added_tokens.flatMap(({ id, content, special }) => (special ? [[id, content]] : []))),
    encode,
    encodeContinuation: (text) => encode(prependsSpace ? text : ` ${text}`),
    decode(ids) {
      const known = ids.filter((id) => id <= largestId); // a model's vocabulary may be padded to a round number
      return known.length === 0 // which the library refuses
        ? ''
        : tokenizer.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    },
  };
}

function parse(json: string): { tokenizer: HuggingFaceTokenizer; file: TokenizerFile } {
  try {
    const file = JSON.parse(json) as TokenizerFile;
    const tokenizer = new HuggingFaceTokenizer(file, {});
    const { decoder } = tokenizer;
    if (decoder instanceof SequenceDecoder)
      decoder.decoders = decoder.decoders.map((step) =>
        step instanceof ByteFallbackDecoder ? new ExactByteFallback({ type: 'ByteFallback' }) : step,
      );
    rememberWords(tokenizer);
    return { tokenizer, file };
  } catch (cause) {
    throw new Error(`tokenizer.json cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function endOfTextOf(tokenizer: HuggingFaceTokenizer, largestId: number, given: number | undefined): number {
  const endOfText = given ?? tokenizer.token_to_id(END_OF_TEXT);
  if (endOfText === undefined)
    throw new Error(
      `tokenizer.json has no token ${END_OF_TEXT}; add it as a special token, or name another as eos_token_id in config.json`,
    );
  if (endOfText > largestId)
    throw new Error(
      `tokenizer.json has no token ${endOfText}, which eos_token_id of config.json names as the end of text`,
    );
  return endOfText;
}

/** The ids before the text's own, when special tokens are added. */
function beginningOf(tokenizer: HuggingFaceTokenizer): number[] {
  const [first] = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const { ids } = tokenizer.encode('a');
  return ids.slice(0, Math.max(0, ids.indexOf(first ?? -1)));
}

function hasStep(normalizer: Normalizer | null, type: string): boolean {
  return normalizer?.type === type || (normalizer?.normalizers ?? []).some((step) => hasStep(step, type));
}
