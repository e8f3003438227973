import { PairQueue, pairKey, pairOf } from './train-pair-queue.ts';

/** Ends a text; its id is 0. */
export const END_OF_TEXT = '<|endoftext|>';
/** Fills up a batch and nothing else; its id is 1. */
export const PADDING = '<|padding|>';

/** GPT-2's splitting of text into words, each with the space before it; merges never cross a word. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A pair seen once would only memorise one word of the text. */
const MINIMUM_COUNT = 2;

interface Word {
  ids: number[];
  count: number;
}

/**
 * Trains a byte-level BPE vocabulary (Sennrich et al. 2016, on bytes as in GPT-2) and returns a Hugging Face
 * `tokenizer.json`. The merges are those of Python's `tokenizers` with `BpeTrainer(min_frequency=2)` on the same texts.
 * The vocabulary is smaller than asked for when the texts have no more pairs that occur twice.
 * @param vocabularySize at least 258: the 256 bytes and the two special tokens.
 */
export function trainBpe(texts: Iterable<string>, { vocabularySize }: { vocabularySize: number }): string {
  const alphabet = byteAlphabet();
  if (vocabularySize < alphabet.length + 2)
    throw new RangeError(`vocabularySize must be at least ${alphabet.length + 2}, the bytes and two special tokens`);
  const tokens = [END_OF_TEXT, PADDING, ...alphabet.toSorted()];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const words = countWords(texts, (byte) => idOf.get(alphabet[byte] ?? '') ?? 0);

  const pairs = new PairQueue();
  const wordsWith = new Map<number, Set<Word>>();
  const count = (word: Word, sign: 1 | -1) => {
    for (let i = 1; i < word.ids.length; i++) {
      const key = pairKey(word.ids[i - 1] ?? 0, word.ids[i] ?? 0);
      pairs.add(key, sign * word.count);
      if (sign === 1) wordsWith.set(key, (wordsWith.get(key) ?? new Set()).add(word));
    }
  };
  for (const word of words) count(word, 1);
  for (const key of wordsWith.keys()) pairs.push(key);

  const merges: [string, string][] = [];
  while (tokens.length < vocabularySize) {
    const best = pairs.pop(MINIMUM_COUNT);
    if (best === undefined) break;
    const [left, right] = pairOf(best);
    const merge: [string, string] = [tokens[left] ?? '', tokens[right] ?? ''];
    merges.push(merge);
    const token = merge.join('');
    const id = idOf.get(token) ?? tokens.push(token) - 1; // two ways of merging may make the same token
    idOf.set(token, id);

    const touched = wordsWith.get(best) ?? [];
    wordsWith.delete(best);
    const born = new Set<number>();
    for (const word of touched) {
      count(word, -1);
      word.ids = mergePair(word.ids, left, right, id);
      count(word, 1);
      word.ids.forEach((current, i) => {
        const next = word.ids[i + 1];
        if (next !== undefined && (current === id || next === id)) born.add(pairKey(current, next));
      });
    }
    for (const key of born) pairs.push(key);
  }
  return tokenizerJson(idOf, merges);
}

/** Every distinct word of the texts as ids of its bytes, with its number of occurrences. */
function countWords(texts: Iterable<string>, idOfByte: (byte: number) => number): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const [word] of text.matchAll(WORDS)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const encoder = new TextEncoder();
  return Array.from(counts, ([word, count]) => ({ ids: Array.from(encoder.encode(word), idOfByte), count }));
}

function mergePair(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    if (id === left && ids[i + 1] === right) {
      result.push(merged);
      i++;
    } else result.push(id);
  }
  return result;
}

/** GPT-2's visible character for each of the 256 bytes: printable Latin-1 stands for itself, the rest follows from U+0100. */
function byteAlphabet(): string[] {
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

function tokenizerJson(vocabulary: ReadonlyMap<string, number>, merges: readonly [string, string][]): string {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [END_OF_TEXT, PADDING].map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary),
      merges,
    },
  });
}
