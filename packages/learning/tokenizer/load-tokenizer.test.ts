import { describe, expect, it } from 'vitest';
import { loadTokenizer } from './load-tokenizer.ts';

/** Bytes of `a b c Ġ` (a space), one merge that takes the space in, and end of text. */
const json = JSON.stringify({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    {
      id: 0,
      content: '<|endoftext|>',
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: { '<|endoftext|>': 0, a: 1, b: 2, c: 3, Ġ: 4, Ġa: 5, '.': 6 },
    merges: [['Ġ', 'a']],
  },
});

describe('loadTokenizer', () => {
  const tokenizer = loadTokenizer(json);

  it('keeps a leading space as part of the first token, and adds none (detail 2)', () => {
    expect(tokenizer.encode('ab')).toEqual([1, 2]);
    expect(tokenizer.encode(' ab')).toEqual([5, 2]);
    expect(tokenizer.decode([5, 2])).toBe(' ab');
  });

  it('decodes without cleaning spaces up, and leaves end of text out', () => {
    expect(tokenizer.decode([1, 4, 6, 4, 5, 0])).toBe('a .  a');
    expect(tokenizer.decode([])).toBe('');
  });

  it('knows its size and its end of text', () => {
    expect(tokenizer.vocabularySize).toBe(7);
    expect(tokenizer.endOfText).toBe(0);
    expect(tokenizer.json).toBe(json);
  });

  it.each([
    ['no JSON', 'not JSON', 'tokenizer.json cannot be read'],
    ['not a tokenizer', '{}', 'tokenizer.json cannot be read'],
    ['no end of text', json.replaceAll('<|endoftext|>', '<s>'), 'has no token <|endoftext|>'],
  ])('refuses a file that is %s', (_, text, message) => {
    expect(() => loadTokenizer(text)).toThrow(message);
  });
});
