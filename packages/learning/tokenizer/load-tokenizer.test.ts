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

describe('a tokenizer of Llama 2', () => {
  const bytes = { '<0xEF>': 7, '<0xBB>': 8, '<0xBF>': 9 };
  const special = (id: number, content: string) => ({ ...JSON.parse(json).added_tokens[0], id, content });
  const tokenizer = loadTokenizer(
    JSON.stringify({
      ...JSON.parse(json),
      added_tokens: [special(0, '<unk>'), special(1, '<s>'), special(2, '</s>')],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        pair: [],
        special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        ...JSON.parse(json).model,
        unk_token: '<unk>',
        byte_fallback: true,
        fuse_unk: true,
        vocab: { '<unk>': 0, '<s>': 1, '</s>': 2, a: 3, '▁': 4, '▁a': 5, b: 6, ...bytes },
        merges: [['▁', 'a']],
      },
    }),
    2,
  );

  it('ends a text by the token that the model names, and begins it by its own', () => {
    expect(tokenizer.endOfText).toBe(2);
    expect(tokenizer.beginning).toEqual([1]);
    expect([...tokenizer.specialTokens]).toEqual([
      [0, '<unk>'],
      [1, '<s>'],
      [2, '</s>'],
    ]);
  });

  it('puts one space before a text that goes on, not two (detail 2)', () => {
    expect(tokenizer.encode('b ab')).toEqual([4, 6, 5, 6]); // ▁ b ▁a b
    expect(tokenizer.encodeContinuation('ab')).toEqual([5, 6]);
    expect([...tokenizer.encode('b'), ...tokenizer.encodeContinuation('ab')]).toEqual(tokenizer.encode('b ab'));
    expect(loadTokenizer(json).encodeContinuation('ab')).toEqual([5, 2]); // GPT-2's: the space is the text's own
  });

  it('decodes bytes as Python does: a byte order mark stays, a run that is no UTF-8 is one � a byte', () => {
    expect(tokenizer.decode([5, 7, 8, 9, 6])).toBe('a\ufeffb');
    expect(tokenizer.decode([3, 7, 8, 3])).toBe('a\ufffd\ufffda');
    expect(tokenizer.decode([3, 9])).toBe('a\ufffd');
  });

  it('leaves out ids of a vocabulary that is padded to a round number', () => {
    expect(tokenizer.decode([3, 10, 99])).toBe('a');
  });
});
