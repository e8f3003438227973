import {
  type Document,
  demoSettings,
  generateCorpus,
  goldScore,
  type OpenAiComparison,
} from '@laurel/learning/testing';
import type { HeldOutComparison, Material } from './material.ts';

/** The generated corpus, whose truth is known: what every summary is worth can be computed. */
export function generatedCorpus(seed: number, settings: typeof demoSettings = demoSettings): Material {
  const { heldOut, ...corpus } = generateCorpus({ ...settings.corpus, seed });
  const byId = new Map(heldOut.documents.map((document) => [document.id, document]));
  return {
    description: `the generated corpus (seed ${seed}): true quality is known`,
    texts: corpus.texts,
    demonstrations: corpus.demonstrations,
    comparisons: corpus.comparisons,
    heldOut: {
      demonstrations: heldOut.demonstrations.map((row, i) => ({
        row,
        goldScore: (summary) => goldScore(heldOut.documents[i] as Document, summary),
      })),
      comparisons: heldOut.comparisons.map((row) => judged(row, byId.get(row.info.id) as Document)),
    },
    settings,
  };
}

function judged(row: OpenAiComparison, document: Document): HeldOutComparison {
  const chosen = row.summaries[row.choice].text;
  const rejected = row.summaries[row.choice === 0 ? 1 : 0].text;
  return { row, chosen, rejected, goldMargin: goldScore(document, chosen) - goldScore(document, rejected) };
}
