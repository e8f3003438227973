import type { Document } from './document.ts';
import type { DocumentKind } from './document-kind.ts';

/** What one wrong fact costs, on the scale where all facts together are worth 1. */
const COST_OF_WRONG = 0.2;
/** What naming a value once more costs, besides its words. */
const COST_OF_REPETITION = 0.25;
/** What each word costs: a fact told in four words pays for itself, a sentence that tells nothing does not. */
const COST_OF_WORD = 0.012;

/** What a summary claims of a document. */
export interface Claims {
  /** Slots whose true value is named, and no other. */
  correct: string[];
  /** Slots for which a value is named that is not theirs, whether or not the true one is named too. */
  wrong: string[];
  /** How often a value is named after its first time. */
  repetitions: number;
  words: number;
}

/**
 * The true quality of any text as a summary of a document: the importance of the facts that it states correctly, less
 * what wrong facts, repetitions and words cost. 1 would be all facts in no words; an empty text has 0.
 */
export function goldScore(document: Document, summary: string): number {
  const { correct, wrong, repetitions, words } = readClaims(document, summary);
  const coverage = correct.reduce((sum, slot) => sum + (document.kind.slots[slot]?.importance ?? 0), 0);
  return coverage - COST_OF_WRONG * wrong.length - COST_OF_REPETITION * repetitions - COST_OF_WORD * words;
}

/** Reads the claims off the words: every value is a word of a known list, which tells the slot. */
export function readClaims({ kind, facts }: Document, summary: string): Claims {
  const words = summary.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const mentions = words.flatMap((word) => {
    const slot = slotOf(kind, word);
    return slot === undefined ? [] : [{ slot, word }];
  });
  const named = new Set(mentions.map(({ slot }) => slot));
  const isTrue = ({ slot, word }: { slot: string; word: string }) => facts[slot]?.toLowerCase() === word;
  const wrong = new Set(mentions.filter((mention) => !isTrue(mention)).map(({ slot }) => slot));
  const distinct = new Set(mentions.map(({ slot, word }) => `${slot} ${word}`)).size;
  return {
    correct: [...named].filter((slot) => !wrong.has(slot)),
    wrong: [...wrong],
    repetitions: mentions.length - distinct,
    words: words.length,
  };
}

/** The slot that a word is a value of. */
function slotOf(kind: DocumentKind, word: string): string | undefined {
  const isWord = (value: string) => value.toLowerCase() === word;
  return Object.entries(kind.slots).find(([, { values }]) => values.some(isWord))?.[0];
}
