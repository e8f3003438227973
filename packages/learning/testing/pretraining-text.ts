import type { RandomGenerator } from '../random/random-generator.ts';
import type { Document } from './document.ts';
import { pick } from './pick.ts';
import { fillSummary } from './summary-writer.ts';

/** Share of the texts that are nothing but notes. */
const NOTES_SHARE = 0.55;
/** How often such a text says the same. */
const REPETITIONS = 8;

/**
 * Plain text to learn the language from: notes of the same facts in ever new order, or a post with notes and summaries below
 * it. Almost every word of repeated notes can be looked up above, and this is how a small model learns to look facts up within
 * a few hundred steps; posts alone, where few words are facts, take it many times as long.
 */
export function pretrainingText(document: Document, random: RandomGenerator): string {
  const { kind, title, post, facts } = document;
  const notes = () => {
    const entries = Object.entries(facts).map(([slot, value]) => `${slot} ${value}`);
    return `Notes: ${random.shuffle(entries).join(', ')}.`;
  };
  if (random.uniform() < NOTES_SHARE) return Array.from({ length: REPETITIONS }, notes).join('\n\n');
  const summary = () => `TL;DR: ${fillSummary(pick(kind.summaries, random), facts, Object.keys(facts))}`;
  const page = [`SUBREDDIT: r/${kind.subreddit}`, `TITLE: ${title}`, `POST: ${post}`];
  return [...page, ...random.shuffle([notes(), summary(), summary()])].join('\n\n');
}
