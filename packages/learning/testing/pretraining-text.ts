import type { RandomGenerator } from '../random/random-generator.ts';
import { type Document, writePost } from './document.ts';
import { pick } from './pick.ts';
import { fillSummary } from './summary-writer.ts';

/**
 * Plain text to learn the language from: a post, and below it the same facts once more in another shape. A small model
 * learns from the repetition to look facts up, which is what summaries need.
 */
export function pretrainingText(document: Document, random: RandomGenerator): string {
  const { kind, title, post, facts, decoys } = document;
  const forms = [
    () => `Notes: ${random.shuffle(Object.entries(facts).map(([slot, value]) => `${slot} ${value}`)).join(', ')}.`,
    () => `Notes: ${random.shuffle(Object.entries(facts).map(([slot, value]) => `${slot} ${value}`)).join(', ')}.`,
    () => `Summary: ${fillSummary(pick(kind.summaries, random), facts, Object.keys(facts))}`,
    () => `Also posted as: ${writePost(kind, facts, decoys, random)}`,
  ];
  return `SUBREDDIT: r/${kind.subreddit}\n\nTITLE: ${title}\n\nPOST: ${post}\n\n${pick(forms, random)()}`;
}
