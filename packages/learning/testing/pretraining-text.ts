import type { RandomGenerator } from '../random/random-generator.ts';
import { type Document, writePost } from './document.ts';
import { pick } from './pick.ts';
import { fillSummary } from './summary-writer.ts';

/**
 * Plain text to learn the language from: a post, and below it the same facts in two other shapes. A small model learns from
 * the repetition to look facts up, which is what summaries need.
 */
export function pretrainingText(document: Document, random: RandomGenerator): string {
  const { kind, title, post, facts, decoys } = document;
  const notes = () => random.shuffle(Object.entries(facts).map((entry) => entry.join(' '))).join(', ');
  const shapes = [
    () => `Notes: ${notes()}.`,
    () => `Summary: ${fillSummary(pick(kind.summaries, random), facts, Object.keys(facts))}`,
    () => `Also posted as: ${writePost(kind, facts, decoys, random)}`,
  ];
  const [first, second] = random.shuffle(shapes);
  return `SUBREDDIT: r/${kind.subreddit}\n\nTITLE: ${title}\n\nPOST: ${post}\n\n${first?.()}\n\n${second?.()}`;
}
