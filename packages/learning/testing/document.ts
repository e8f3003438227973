import type { RandomGenerator } from '../random/random-generator.ts';
import { type DocumentKind, slotsIn } from './document-kind.ts';
import { pick } from './pick.ts';

/** A generated post whose facts are known. */
export interface Document {
  id: string;
  kind: DocumentKind;
  title: string;
  post: string;
  /** The true value of each slot. */
  facts: Record<string, string>;
  /** Another value of each slot, which the post may mention without claiming it. */
  decoys: Record<string, string>;
}

/** A new document of a kind: facts drawn at random, stated in random words and order among sentences that state none. */
export function writeDocument(id: string, kind: DocumentKind, random: RandomGenerator): Document {
  const { facts, decoys } = drawFacts(kind, random);
  const title = pick(kind.titles, random);
  return { id, kind, title, facts, decoys, post: writePost(kind, facts, decoys, random) };
}

/** Share of the posts that mention another value of some slot in passing. */
const DECOY_SHARE = 0.2;

/** The facts in words: an opening, statements that cover every slot once, and one or two asides among them. */
function writePost(
  kind: DocumentKind,
  facts: Record<string, string>,
  decoys: Record<string, string>,
  random: RandomGenerator,
): string {
  const mentionsDecoy = (aside: string) => aside.includes('{~');
  const asides = [
    ...random.shuffle(kind.asides.filter((aside) => !mentionsDecoy(aside))).slice(0, 1 + random.integer(2)),
    ...(random.uniform() < DECOY_SHARE ? [pick(kind.asides.filter(mentionsDecoy), random)] : []),
  ];
  const body = random.shuffle([...coveringStatements(kind, random), ...asides]);
  return fill([pick(kind.openings, random), ...body].join(' '), facts, decoys);
}

/** Puts values in the place of `{slot}` and decoys in that of `{~slot}`. */
export const fill = (template: string, facts: Record<string, string>, decoys: Record<string, string> = {}): string =>
  template.replace(/\{(~?)(\w+)\}/g, (_, decoy: string, slot: string) => (decoy ? decoys : facts)[slot] ?? '');

/** No two facts or decoys of a document are the same word, so that a word means one thing in it. */
function drawFacts(kind: DocumentKind, random: RandomGenerator) {
  const decks = new Map<readonly string[], string[]>();
  const draw = (values: readonly string[]): string => {
    const deck = decks.get(values) ?? random.shuffle([...values]);
    decks.set(values, deck);
    return deck.pop() ?? '';
  };
  const drawAll = () =>
    Object.fromEntries(Object.entries(kind.slots).map(([slot, { values }]) => [slot, draw(values)]));
  return { facts: drawAll(), decoys: drawAll() };
}

/** Statements in random order, each of which states only what none before it did, until all is stated. */
function coveringStatements(kind: DocumentKind, random: RandomGenerator): string[] {
  const stated = new Set<string>();
  return random.shuffle([...kind.statements]).filter((statement) => {
    const slots = slotsIn(statement);
    if (slots.some((slot) => stated.has(slot))) return false;
    for (const slot of slots) stated.add(slot);
    return true;
  });
}
