import type { ComparisonRow, PromptParts } from '@laurel/contracts';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { TOKENS_PER_PASS } from '../settings/hyperparameters.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { countTokens, type Pass, splitIntoPasses } from './pass.ts';
import { encodeFitting, type Sequence, sequenceEncoder } from './sequence.ts';

/** A comparison as tokens. Equal summaries of a post are the same object in all of its pairs. */
export interface Pair {
  /** The post that both are of: pairs with the same one are computed together. */
  post: number;
  chosen: Sequence;
  rejected: Sequence;
  row: ComparisonRow;
}

/** The comparisons that fit the context; the others are counted. */
export function encodePairs(
  tokenizer: Tokenizer,
  context: number,
  rows: readonly ComparisonRow[],
): { encoded: Pair[]; leftOut: number } {
  const posts = new Map<string, { post: number; encode: (completion: string) => Sequence }>();
  return encodeFitting(rows, (row) => {
    const key = keyOf(row.prompt);
    const known = posts.get(key) ?? {
      post: posts.size,
      encode: rememberingAnswers(sequenceEncoder(tokenizer, context, row.prompt)),
    };
    posts.set(key, known);
    const { post, encode } = known;
    return { post, chosen: encode(row.chosen), rejected: encode(row.rejected), row };
  });
}

const keyOf = ({ head, post, tail }: PromptParts) => JSON.stringify([head, post, tail]);

function rememberingAnswers<Answer>(ask: (question: string) => Answer): (question: string) => Answer {
  const answers = new Map<string, Answer>();
  return (question) => {
    const answer = answers.get(question) ?? ask(question);
    answers.set(question, answer);
    return answer;
  };
}

/** The indices of each post's pairs, posts in the order in which they first come. */
export function indicesByPost(pairs: readonly Pair[]): number[][] {
  const indices = new Map<number, number[]>();
  for (const [i, { post }] of pairs.entries()) {
    const own = indices.get(post);
    if (own) own.push(i);
    else indices.set(post, [i]);
  }
  return [...indices.values()];
}

/** A pass in which each post and each summary of it is computed once, whatever the number of its comparisons. */
export interface PairPass extends Pass {
  pairs: Pair[];
  /** Where among the pass's sequences S the better summary of each pair is. [P] */
  chosen: Int32Array;
  /** And where the other is. [P] */
  rejected: Int32Array;
}

/**
 * Cuts pairs into passes. All comparisons of a post's K summaries are one unit (Ouyang et al. 2022, section 3.5, train on them as one
 * element of the batch), unless it alone exceeds the budget of tokens. Losses and gradients are those of every pair by itself.
 */
export function splitPairsIntoPasses(pairs: readonly Pair[], tokensPerPass = TOKENS_PER_PASS): PairPass[] {
  const units = unitsOf(pairs, tokensPerPass);
  const passes = splitIntoPasses(
    units.map(({ sequences }) => sequences),
    tokensPerPass,
  );
  const rest = units.values();
  return passes.map((pass) => {
    const own: Pair[] = [];
    for (let placed = 0; placed < pass.sequences.length; ) {
      const { pairs: taken, sequences } = rest.next().value as Unit;
      own.push(...taken);
      placed += sequences.length;
    }
    const places = new Map(pass.sequences.map((sequence, i) => [sequence, i]));
    const placesOf = (side: 'chosen' | 'rejected') => Int32Array.from(own, (pair) => places.get(pair[side]) ?? -1);
    return { ...pass, pairs: own, chosen: placesOf('chosen'), rejected: placesOf('rejected') };
  });
}

/** Some pairs of one post, and their different summaries, each prompt's side by side so that it is computed once. */
interface Unit {
  pairs: Pair[];
  sequences: Sequence[];
}

function unitsOf(pairs: readonly Pair[], tokensPerPass: number): Unit[] {
  return indicesByPost(pairs).flatMap((indices) => {
    const units: Unit[] = [];
    for (const i of indices) {
      const pair = pairs[i] as Pair;
      const last = units.at(-1);
      const extended = unitOf([...(last?.pairs ?? []), pair]);
      if (last && countTokens(extended.sequences) <= tokensPerPass) units[units.length - 1] = extended;
      else units.push(unitOf([pair]));
    }
    return units;
  });
}

function unitOf(pairs: Pair[]): Unit {
  const distinct = [...new Set(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]))];
  const prompts = [...new Set(distinct.map(({ prompt }) => prompt))];
  return { pairs, sequences: prompts.flatMap((prompt) => distinct.filter((sequence) => sequence.prompt === prompt)) };
}

/** The entries of one value for each sequence that belong to the better and to the other summary of each pair. [S] → [P] each. */
export function valuesOfPairs({ chosen, rejected }: PairPass, values: Tensor1D): [Tensor1D, Tensor1D] {
  // A product with a constant, whose gradient adds up in a fixed order.
  const pick = (places: Int32Array) =>
    tf.sum(tf.mul(tf.oneHot(tf.tensor1d(places, 'int32'), values.size), values), 1) as Tensor1D;
  return [pick(chosen), pick(rejected)];
}

/** value(chosen) − value(rejected) of each pair. */
export function marginsOfPairs({ chosen, rejected }: PairPass, values: ArrayLike<number>): number[] {
  return Array.from(chosen, (place, p) => (values[place] ?? Number.NaN) - (values[rejected[p] ?? -1] ?? Number.NaN));
}
