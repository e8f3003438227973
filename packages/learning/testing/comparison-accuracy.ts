import type { LabelledDocuments } from './corpus.ts';
import type { Document } from './document.ts';

/**
 * Share of the comparisons in which the labeler's choice scores strictly higher. With the gold score this is the best that
 * can be expected of any reward model, with the length it is "longer wins".
 */
export function comparisonAccuracy(
  { documents, comparisons }: LabelledDocuments,
  score: (document: Document, summary: string) => number,
): number {
  const byId = new Map(documents.map((document) => [document.id, document]));
  const right = comparisons.filter(({ info, summaries, choice }) => {
    const document = byId.get(info.id);
    if (document === undefined) throw new Error(`comparison of ${info.id}, which is not among the documents`);
    return score(document, summaries[choice].text) > score(document, summaries[choice === 0 ? 1 : 0].text);
  });
  return right.length / comparisons.length;
}
