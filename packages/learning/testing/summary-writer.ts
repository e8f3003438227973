import type { RandomGenerator } from '../random/random-generator.ts';
import { type Document, fill } from './document.ts';
import { slotsIn } from './document-kind.ts';
import { pick } from './pick.ts';

/** How somebody summarises: the chance of each virtue and vice in a summary. */
export interface SummaryWriter {
  name: string;
  /** States every fact; otherwise some are left out. */
  complete: number;
  /** Gets at least one fact wrong. */
  wrong: number;
  /** Adds words that say nothing, or says things twice. */
  wordy: number;
}

export const WRITERS: readonly SummaryWriter[] = [
  { name: 'careful', complete: 0.9, wrong: 0.02, wordy: 0.1 },
  { name: 'hasty', complete: 0.1, wrong: 0.02, wordy: 0.05 },
  { name: 'careless', complete: 0.6, wrong: 0.08, wordy: 0.1 },
  { name: 'rambling', complete: 0.6, wrong: 0.02, wordy: 1 },
];

const LEADS = [
  'In short, the post says the following.',
  'What the writer wants to tell us is this.',
  'To sum it all up in a few words.',
  'I have read the post and here is what it says.',
];
const TAILS = [
  'That is really all there is to it.',
  'This is the gist of the whole post.',
  'At least that is how I read it.',
  'The rest is not so important.',
];

/** A summary as this writer might write it. */
export function writeSummary(document: Document, writer: SummaryWriter, random: RandomGenerator): string {
  const template = pick(document.kind.summaries, random);
  const told = random.uniform() < writer.complete ? Object.keys(document.facts) : someSlots(document, template, random);
  const claims = random.uniform() < writer.wrong ? misread(document, told, random) : document.facts;
  const summary = fillSummary(template, claims, told);
  return random.uniform() < writer.wordy ? padded(summary, document, claims, random) : summary;
}

/** A summary template filled with those values that are told; the parts that need others are left out. */
export function fillSummary(template: string, claims: Record<string, string>, told: readonly string[]): string {
  const kept = template.replace(/<([^>]*)>/g, (_, part: string) =>
    slotsIn(part).every((slot) => told.includes(slot)) ? part : '',
  );
  return fill(kept, claims);
}

/** What the template cannot do without, and some of the rest, but not all. */
function someSlots({ facts }: Document, template: string, random: RandomGenerator): string[] {
  const needed = slotsIn(template.replace(/<[^>]*>/g, ''));
  const optional = random.shuffle(Object.keys(facts).filter((slot) => !needed.includes(slot)));
  return [...needed, ...optional.slice(1 + random.integer(optional.length))];
}

/** One or two of the told facts replaced: by what the post mentions in passing, or by any other word of their kind. */
function misread({ kind, facts, decoys }: Document, told: readonly string[], random: RandomGenerator) {
  const claims = { ...facts };
  for (const slot of random.shuffle([...told]).slice(0, 1 + random.integer(2))) {
    const others = kind.slots[slot]?.values.filter((value) => !Object.values(facts).includes(value)) ?? [];
    claims[slot] = random.uniform() < 0.5 ? (decoys[slot] ?? '') : pick(others, random);
  }
  return claims;
}

function padded(summary: string, { kind }: Document, claims: Record<string, string>, random: RandomGenerator): string {
  const again = fillSummary(pick(kind.summaries, random), claims, []);
  const forms = [
    [pick(LEADS, random), summary],
    [summary, pick(TAILS, random)],
    [summary, again, pick(TAILS, random)],
    [summary, again],
  ];
  return pick(forms, random).join(' ');
}
