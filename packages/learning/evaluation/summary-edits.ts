import type { SummaryEdit } from '@laurel/contracts';
import type { RandomGenerator } from '../random/random-generator.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Words whose exchange reverses who did what to whom. */
const OPPOSITE_ROLES = [
  ['he', 'she'],
  ['him', 'her'],
  ['boyfriend', 'girlfriend'],
  ['husband', 'wife'],
  ['mother', 'father'],
  ['mom', 'dad'],
  ['brother', 'sister'],
  ['son', 'daughter'],
  ['buyer', 'seller'],
  ['student', 'teacher'],
  ['employee', 'boss'],
] as const;

type Edit = (summary: string, random: RandomGenerator, other: string) => string;

const EDITS: Record<SummaryEdit, Edit> = {
  sentences_shuffled: (summary, random) => shuffleApart(sentencesOf(summary), random).join(' '),
  words_shuffled: (summary, random) => shuffleApart(wordsOf(summary), random).join(' '),
  last_word_dropped: (summary) => wordsOf(summary).slice(0, -1).join(' '),
  second_half_dropped: (summary) => {
    const words = wordsOf(summary);
    return words.slice(0, Math.ceil(words.length / 2)).join(' ');
  },
  sentence_repeated: (summary) => [summary, sentencesOf(summary).at(-1)].join(' '),
  names_swapped: swapNames,
  roles_swapped: swapRoles,
  of_another_post: (_summary, _random, other) => other,
};

/**
 * A summary with something wrong that a good reward model notices (Stiennon et al. 2020, section 4.3).
 *
 * @param other a summary of another post
 * @returns null where the edit leaves nothing, or changes nothing: a summary without two names, for example
 */
export function editSummary(edit: SummaryEdit, summary: string, random: RandomGenerator, other: string): string | null {
  const edited = EDITS[edit](summary.trim(), random, other.trim());
  return edited === '' || edited === summary.trim() ? null : edited;
}

const sentencesOf = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment.trim());
const wordsOf = (text: string) => text.split(/\s+/);

/** Another order, where there is one. */
function shuffleApart(items: string[], random: RandomGenerator): string[] {
  if (new Set(items).size < 2) return items;
  const shuffled = random.shuffle([...items]);
  return shuffled.some((item, i) => item !== items[i]) ? shuffled : shuffleApart(items, random);
}

/** The first two different names trade places throughout. A name is a capitalised word within a sentence. */
function swapNames(summary: string): string {
  const names = sentencesOf(summary).flatMap((sentence) => {
    const [, ...later] = wordsOf(sentence);
    return later.flatMap((word) => word.match(/^\p{Lu}\p{Ll}[\p{L}'-]*/u)?.[0] ?? []);
  });
  const [first, second] = new Set(names);
  return first && second ? exchange(summary, first, second) : summary;
}

/** Every word of a pair of roles trades places with its opposite. */
function swapRoles(summary: string): string {
  return OPPOSITE_ROLES.reduce(
    (text, [a, b]) => exchange(exchange(text, a, b), capitalised(a), capitalised(b)),
    summary,
  );
}

const capitalised = (word: string) => word.replace(/^./, (letter) => letter.toUpperCase());

function exchange(text: string, a: string, b: string): string {
  return text.replace(/[\p{L}'-]+/gu, (word) => (word === a ? b : word === b ? a : word));
}
