/** One fact that every document of a kind states: a word out of a known list. */
interface Slot {
  /** Every word that can stand here, single words all, so that a summary's claims can be read off its words. */
  values: readonly string[];
  /** Share of the kind's whole content; a kind's slots add up to 1. */
  importance: number;
}

/**
 * How documents of one kind are written. In every template `{slot}` is the document's value of that slot and `{~slot}`
 * another value of it, which a careless reader may take for the fact.
 */
export interface DocumentKind {
  name: string;
  subreddit: string;
  slots: Record<string, Slot>;
  titles: readonly string[];
  openings: readonly string[];
  /** Sentences that state facts, in any order; each slot has one of its own at least. */
  statements: readonly string[];
  /** Sentences that state none. */
  asides: readonly string[];
  /** What stands between `<` and `>` is left out when a value in it is. */
  summaries: readonly string[];
}

/** The slots that a template states. */
export const slotsIn = (template: string): string[] =>
  Array.from(template.matchAll(/\{(\w+)\}/g), ([, slot]) => slot ?? '');
