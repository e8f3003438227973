import { RandomGenerator } from '../random/random-generator.ts';
import { type Document, writeDocument } from './document.ts';
import { goldScore, readClaims } from './gold-score.ts';
import { KINDS } from './kinds/index.ts';
import { LABELERS, label } from './labeler.ts';
import { pick } from './pick.ts';
import { pretrainingText } from './pretraining-text.ts';
import { WRITERS, writeSummary } from './summary-writer.ts';

/** How much to generate. */
export interface CorpusSettings {
  seed: number;
  /** Texts for pretraining, each of a document of its own. */
  texts: number;
  /** Documents with a demonstration each, which the comparisons are about as well. */
  documents: number;
  comparisons: number;
  heldOutDocuments: number;
  heldOutComparisons: number;
}

/** A row of the TL;DR dataset. */
export interface TldrRow {
  id: string;
  subreddit: string;
  title: string;
  post: string;
  summary: string;
}

/** A line of OpenAI's comparisons. */
export interface OpenAiComparison {
  info: { id: string; post: string; title: string; subreddit: string };
  summaries: [{ text: string; policy: string }, { text: string; policy: string }];
  choice: 0 | 1;
  worker: string;
  extra: { confidence: number };
}

/** Documents, and what was written and judged about them: `demonstrations[i]` summarises `documents[i]`. */
export interface LabelledDocuments {
  documents: Document[];
  demonstrations: TldrRow[];
  comparisons: OpenAiComparison[];
}

export interface Corpus extends LabelledDocuments {
  texts: { text: string }[];
  /** About documents that occur nowhere else. */
  heldOut: LabelledDocuments;
}

/** Everything the demonstration learns from and is judged by. The same settings give the same corpus. */
export function generateCorpus(settings: CorpusSettings): Corpus {
  const random = RandomGenerator.fromSeed(settings.seed);
  const documents = distinctDocuments(
    settings.texts + settings.documents + settings.heldOutDocuments,
    random.fork('documents'),
  );
  const forTraining = documents.splice(0, settings.documents);
  const forHoldingOut = documents.splice(0, settings.heldOutDocuments);
  const textRandom = random.fork('texts');
  return {
    ...labelled(forTraining, settings.comparisons, random.fork('training')),
    texts: documents.map((document) => ({ text: pretrainingText(document, textRandom) })),
    heldOut: labelled(forHoldingOut, settings.heldOutComparisons, random.fork('held out')),
  };
}

function distinctDocuments(count: number, random: RandomGenerator): Document[] {
  const byPost = new Map<string, Document>();
  while (byPost.size < count) {
    const document = writeDocument(`doc-${byPost.size + 1}`, pick(KINDS, random), random);
    byPost.set(document.post, document);
  }
  return [...byPost.values()];
}

function labelled(documents: Document[], comparisons: number, random: RandomGenerator): LabelledDocuments {
  return {
    documents,
    demonstrations: documents.map((document) => ({
      ...postOf(document),
      summary: writeSummary(document, pick(WRITERS, random), random),
    })),
    comparisons: Array.from({ length: comparisons }, (_, i) =>
      compare(documents[i % documents.length] as Document, random),
    ),
  };
}

/** Two summaries of a document, and which of them some labeler prefers. */
function compare(document: Document, random: RandomGenerator): OpenAiComparison {
  const write = () => {
    const writer = pick(WRITERS, random);
    return { text: writeSummary(document, writer, random), policy: writer.name };
  };
  const first = write();
  let second = write();
  while (second.text === first.text) second = write();
  const judged = ({ text }: { text: string }) => ({
    gold: goldScore(document, text),
    words: readClaims(document, text).words,
  });
  const labeler = pick(LABELERS, random);
  const { choice, confidence } = label(labeler, judged(first), judged(second), random);
  return { info: postOf(document), summaries: [first, second], choice, worker: labeler.name, extra: { confidence } };
}

const postOf = ({ id, kind, title, post }: Document) => ({ id, subreddit: kind.subreddit, title, post });
