import { Tokenizer } from '@huggingface/tokenizers';
import { expect, it } from 'vitest';
import { rememberWords } from './remember-words.ts';
import { trainBpe } from './train-bpe.ts';

const LLAMA_3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const TEXTS = [
  "It's a dog,  it's 12345 dogs\n\n and\t a naïve 🐕<|endoftext|>  end ",
  '',
  ' ',
  "IT'S\r\n\r\n",
  'a dog a dog',
];

const byteLevel = (more: object) => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, ...more });
const split = { type: 'Split', pattern: { Regex: LLAMA_3 }, behavior: 'Isolated', invert: false };

it.each([
  ['GPT-2', byteLevel({ use_regex: true })],
  ['Llama 3', { type: 'Sequence', pretokenizers: [split, byteLevel({ use_regex: false })] }],
  ['one that puts a space before a text', byteLevel({ use_regex: true, add_prefix_space: true })],
  ['one without words', null],
])('the tokens are those of the library, the first time and again: %s', (_, pre_tokenizer) => {
  const file = { ...JSON.parse(trainBpe(TEXTS, { vocabularySize: 300 })), pre_tokenizer };
  const [library, remembering] = [new Tokenizer(file, {}), new Tokenizer(file, {})];
  rememberWords(remembering);
  for (const text of [...TEXTS, ...TEXTS]) expect(remembering.encode(text)).toEqual(library.encode(text));
});
