import { expect, test } from 'vitest';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { GrowingText } from './growing-text.ts';

/** Tokens are bytes. */
const bytes = { decode: (ids: readonly number[]) => new TextDecoder().decode(Uint8Array.from(ids)) } as Tokenizer;

/** What is told of a text's bytes, one after the other. */
function tell(text: string): string[] {
  const growing = new GrowingText(bytes);
  const tokens = [...new TextEncoder().encode(text)];
  const told = tokens.map((_, i) => growing.growTo(tokens.slice(0, i + 1)));
  return [...told, growing.end(text.trimStart())];
}

test('every piece is told once', () => expect(tell('a b')).toEqual(['a', ' ', 'b', '']));

test('a character is told when all of it is there', () => expect(tell('é🕰')).toEqual(['', 'é', '', '', '', '🕰', '']));

test('the space before the first word is left out', () => expect(tell('  a')).toEqual(['', '', 'a', '']));

test('nothing new adds nothing', () => {
  const growing = new GrowingText(bytes);
  growing.growTo([97]);
  expect(growing.growTo([97])).toBe('');
});
