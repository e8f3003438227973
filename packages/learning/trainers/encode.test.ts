import { describe, expect, it } from 'vitest';
import { DoesNotFit, encodeCompletion, encodePrompt } from './encode.ts';
import { encodeSequences } from './sequence.ts';
import { tokenizer } from './testing/tiny.ts';

/** The paper's rule as its words have it: cut, encode again, until it fits. */
function byTheLetter(prompt: { head: string; post: string; tail: string }, limit: number): number[] {
  let post = prompt.post;
  for (;;) {
    const tokens = tokenizer.encode(prompt.head + post + prompt.tail);
    if (tokens.length <= limit) return tokens;
    const newline = post.lastIndexOf('\n');
    post = newline >= 0 ? post.slice(0, newline) : Array.from(post).slice(0, -1).join('');
  }
}

const prompt = (post: string) => ({ head: 'POST: ', post, tail: '\n\nTL;DR:' });

describe('detail 1: truncation', () => {
  it('cuts at the last newline that lets the prompt fit', () => {
    const { tokens, truncated } = encodePrompt(tokenizer, prompt('the red door\nthe blue door\nthe green door'), 15);
    expect(truncated).toBe(true);
    expect(tokenizer.decode(tokens)).toMatch(/^POST: the red door(\nthe blue door)?\n\nTL;DR:$/);
  });

  it.each([
    'the red door is good and the blue door is bad',
    'the  red   door\tis ❤️ good 👩‍👩‍👧 and   bad ',
    'one line that is cut as a whole\nthe black door and the white door and the brown door and gold',
    'thereddoorisgoodandthebluedoorisbadandthegreendoorisgood',
  ])('gives what cutting by the letter gives, at every limit: %s', (post) => {
    const whole = tokenizer.encode(`POST: ${post}\n\nTL;DR:`).length;
    const least = tokenizer.encode('POST: \n\nTL;DR:').length;
    for (let limit = least; limit <= whole; limit++) {
      expect(encodePrompt(tokenizer, prompt(post), limit).tokens).toEqual(byTheLetter(prompt(post), limit));
    }
  });

  it('says so when even an empty post is too long, or when nothing may be cut', () => {
    expect(() => encodePrompt(tokenizer, prompt('the red door'), 2)).toThrow(DoesNotFit);
    expect(() => encodePrompt(tokenizer, prompt('the red door'), 5, 'error')).toThrow(/there is room for 5/);
  });

  it.each(['post', 'right', 'error'] as const)('says so when the completion leaves no room, by the rule %s', (rule) => {
    for (const limit of [0, -7]) {
      expect(() => encodePrompt(tokenizer, prompt('the red door'), limit, rule)).toThrow(/leaves no room for a prompt/);
    }
  });

  it('can cut the end instead', () => {
    const whole = encodePrompt(tokenizer, prompt('the red door'), 100).tokens;
    expect(encodePrompt(tokenizer, prompt('the red door'), 5, 'right')).toEqual({
      tokens: whole.slice(0, 5),
      truncated: true,
    });
  });
});

describe('detail 2: leading space and end of text', () => {
  it('gives one space whether or not the text has some, and one end of text', () => {
    const expected = [...tokenizer.encode(' good'), tokenizer.endOfText];
    for (const text of ['good', ' good', '\n good']) expect(encodeCompletion(tokenizer, text)).toEqual(expected);
  });
});

describe('encodeSequences', () => {
  it('shares a prompt between completions, and lets none change what another sees', () => {
    const item = { prompt: prompt('the red door is good and the blue door is bad '.repeat(5)) };
    const [short, other, long] = encodeSequences(tokenizer, 48, {
      ...item,
      completions: ['good', 'bad', 'good and not bad'],
    });
    expect(short?.prompt).toBe(other?.prompt);
    const [alone] = encodeSequences(tokenizer, 48, { ...item, completions: ['good and not bad'] });
    expect(long).toEqual(alone);
    for (const each of [short, other, long]) {
      expect((each?.prompt.length ?? 99) + (each?.completion.length ?? 99)).toBeLessThanOrEqual(48);
    }
  });

  it('leaves a prompt whole that fits together with its completion to the last token', () => {
    const completions = ['good'];
    const [whole] = encodeSequences(tokenizer, 1000, { prompt: prompt('the red door'), completions });
    const context = (whole?.prompt.length ?? 0) + (whole?.completion.length ?? 0);
    expect(encodeSequences(tokenizer, context, { prompt: prompt('the red door'), completions })).toEqual([whole]);
    const [cut] = encodeSequences(tokenizer, context - 1, { prompt: prompt('the red door'), completions });
    expect(cut?.truncated).toBe(true);
  });

  it('cuts a completion only where an empty post leaves no room for it, and keeps its end', () => {
    const cutting = (completion: string, context: number) =>
      encodeSequences(tokenizer, context, { prompt: prompt('the red door'), completions: [completion] }, 'completion');
    expect(cutting('good', 48)).toEqual(
      encodeSequences(tokenizer, 48, { prompt: prompt('the red door'), completions: ['good'] }),
    );
    const long = 'good and not bad '.repeat(20);
    const least = tokenizer.encode('POST: \n\nTL;DR:').length;
    for (let context = least + 6; context <= 48; context++) {
      const [sequence] = cutting(long, context);
      expect(sequence).toMatchObject({ truncated: true });
      expect(sequence?.completion.slice(0, 2)).toEqual(encodeCompletion(tokenizer, long).slice(0, 2));
      expect(sequence?.completion.at(-1)).toBe(tokenizer.endOfText);
      expect((sequence?.prompt.length ?? 99) + (sequence?.completion.length ?? 99)).toBeLessThanOrEqual(context);
    }
    expect(() => cutting(long, least)).toThrow(DoesNotFit);
  });
});
